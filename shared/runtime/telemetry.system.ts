/**
 * Logs as JSON lines and metrics in CloudWatch's embedded format (user guide, "Embedded metric format specification"), both on
 * standard output, each line when it is said: of a process that is killed all attempts are in the log.
 */
import { FIELD_DIMENSION, SERVICE_DIMENSION } from '../topology/metrics.ts';
import type { Telemetry } from './telemetry.port.ts';

/** The names are those of Powertools, which wrote all this up to version 0.1.0. */
export interface TelemetryEnvironment {
  readonly [name: string]: string | undefined;
  readonly POWERTOOLS_SERVICE_NAME?: string | undefined;
  readonly POWERTOOLS_METRICS_NAMESPACE?: string | undefined;
  /** Lambda sets it, where the stage traces. */
  readonly _X_AMZN_TRACE_ID?: string | undefined;
}

type Counts = ReadonlyMap<string, number>;

export function createSystemTelemetry(environment: TelemetryEnvironment): Telemetry {
  const { POWERTOOLS_SERVICE_NAME: service = '', POWERTOOLS_METRICS_NAMESPACE: namespace = '' } = environment;
  const total = new Map<string, number>();
  const byField = new Map<string, Map<string, number>>();

  function log(level: 'INFO' | 'WARN' | 'ERROR', message: string, fields: object): void {
    const [, traceId] = /Root=([^;]+)/.exec(environment._X_AMZN_TRACE_ID ?? '') ?? [];
    const common = { level, message, timestamp: new Date().toISOString(), service };
    const line = { ...common, ...(traceId !== undefined && { xray_trace_id: traceId }), ...fields };
    print(level === 'ERROR' ? JSON.stringify(line, errorsToo()) : JSON.stringify(line));
  }

  function publish(dimensions: Readonly<Record<string, string>>, counts: Counts): void {
    const directive = {
      Namespace: namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: [...counts.keys()].map((Name) => ({ Name, Unit: 'Count' })),
    };
    const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
    print(JSON.stringify({ _aws, ...dimensions, ...Object.fromEntries(counts) }));
  }

  return {
    attempted: (line) => log('INFO', 'delivery.attempted', line),
    answered: (line) => log('INFO', 'request.answered', line),
    count: (metric, amount = 1) => add(total, metric, amount),
    countByField(metric, field) {
      const counts = byField.get(field) ?? new Map<string, number>();
      byField.set(field, counts);
      add(counts, metric, 1);
    },
    warn: (event, fields) => log('WARN', event, fields),
    fail: (event, fields, error) =>
      log('ERROR', event, { ...fields, error: error instanceof Error ? error : new Error(String(error)) }),
    flush() {
      if (total.size > 0) {
        publish({ [SERVICE_DIMENSION]: service }, total);
        total.clear();
      }
      for (const [field, counts] of byField) {
        publish({ [SERVICE_DIMENSION]: service, [FIELD_DIMENSION]: field }, counts);
      }
      byField.clear();
    },
  };
}

function add(counts: Map<string, number>, metric: string, amount: number): void {
  counts.set(metric, (counts.get(metric) ?? 0) + amount);
}

/** Lambda's own `console` would write its prefix in front. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** JSON has no errors, no large integers and no rings, and a failure may hold them all. */
function errorsToo(): (name: string, value: unknown) => unknown {
  const seen = new WeakSet<object>();
  return (_name, value) => {
    if (typeof value === 'bigint') {
      return String(value);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (seen.has(value)) {
      return undefined;
    }
    seen.add(value);
    if (value instanceof Error) {
      const { name, message, stack, cause } = value;
      return { ...value, name, message, stack, cause };
    }
    return value;
  };
}
