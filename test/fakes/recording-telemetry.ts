import type { AttemptedLine, RespondedLine, Telemetry } from '../../shared/runtime/telemetry.port.ts';
import type { Metric } from '../../shared/topology/metrics.ts';

export class RecordingTelemetry implements Telemetry {
  readonly lines: AttemptedLine[] = [];
  readonly responses: RespondedLine[] = [];
  readonly warnings: { event: string; fields: Readonly<Record<string, string | number>> }[] = [];
  readonly failures: { event: string; fields: Readonly<Record<string, string | number>>; error: unknown }[] = [];
  readonly byField: string[] = [];
  readonly #counts = new Map<Metric, number>();
  flushes = 0;

  attempted(line: AttemptedLine): void {
    this.lines.push(line);
  }

  answered(line: RespondedLine): void {
    this.responses.push(line);
  }

  count(metric: Metric, amount = 1): void {
    this.#counts.set(metric, this.counted(metric) + amount);
  }

  counted(metric: Metric): number {
    return this.#counts.get(metric) ?? 0;
  }

  countByField(metric: Metric, field: string): void {
    this.byField.push(`${metric} ${field}`);
  }

  warn(event: string, fields: Readonly<Record<string, string | number>>): void {
    this.warnings.push({ event, fields });
  }

  fail(event: string, fields: Readonly<Record<string, string | number>>, error: unknown): void {
    this.failures.push({ event, fields, error });
  }

  flush(): void {
    this.flushes += 1;
  }
}
