/** The environment variables of `reconcile`. Infra's `environment` must satisfy `ReconcileEnvironment`. */
import * as z from 'zod';
import { MANIFEST_PERIOD_SECONDS } from '../../shared/delivery/manifest-schedule.ts';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  RETRY_QUEUE_URL: z.url(),
  EXHAUSTED_DELIVERIES_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  /** Absent in production: an hour. */
  MANIFEST_PERIOD_SECONDS: z.coerce.number().min(1).default(MANIFEST_PERIOD_SECONDS),
});

export type ReconcileEnvironment = EnvironmentOf<typeof schema>;

export function parseReconcileEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('reconcile', schema, environment);
}
