/** The environment variables of `reconcile`. Infra's `environment` must satisfy `ReconcileEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  RETRY_QUEUE_URL: z.url(),
  EXHAUSTED_DELIVERIES_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  MANIFEST_PERIOD_SECONDS: z.coerce.number().min(1),
});

export type ReconcileEnvironment = EnvironmentOf<typeof schema>;

export function parseReconcileEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('reconcile', schema, environment);
}
