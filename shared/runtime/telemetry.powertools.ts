/** Logs as JSON lines and metrics in CloudWatch's embedded format, by Powertools; both go to standard output. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { FIELD_DIMENSION } from '../topology/metrics.ts';
import type { Telemetry } from './telemetry.port.ts';

/** Service name and metrics namespace come from Powertools' own environment variables. */
export function createPowertoolsTelemetry(): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics();
  const byField = new Map<string, Map<string, number>>();
  return {
    attempted: (line) => logger.info('delivery.attempted', { ...line }),
    answered: (line) => logger.info('request.answered', { ...line }),
    count: (metric, amount = 1) => metrics.addMetric(metric, MetricUnit.Count, amount),
    countByField(metric, field) {
      const counts = byField.get(metric) ?? new Map<string, number>();
      byField.set(metric, counts.set(field, (counts.get(field) ?? 0) + 1));
    },
    warn: (event, fields) => logger.warn(event, { ...fields }),
    fail: (event, fields, error) =>
      logger.error(event, { ...fields, error: error instanceof Error ? error : new Error(String(error)) }),
    flush() {
      // With nothing stored, Powertools would print a line of prose about it.
      if (metrics.hasStoredMetrics()) {
        metrics.publishStoredMetrics();
      }
      for (const [metric, counts] of byField) {
        for (const [field, amount] of counts) {
          metrics.singleMetric().addDimension(FIELD_DIMENSION, field).addMetric(metric, MetricUnit.Count, amount);
        }
      }
      byField.clear();
    },
  };
}
