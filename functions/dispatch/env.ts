/** The environment variables of `dispatch`. Infra's `environment` must satisfy `DispatchEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  FINDINGS_QUEUE_URL: z.url(),
  DELIVERY_QUEUE_URL: z.url(),
  RETRY_QUEUE_URL: z.url(),
  FINDINGS_DLQ_URL: z.url(),
  SET_ASIDE_EVENTS_URL: z.url(),
  /** Absent where the stage has no console. */
  CONSOLE_URL: z.url().optional(),
});

export type DispatchEnvironment = EnvironmentOf<typeof schema>;

export function parseDispatchEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('dispatch', schema, environment);
}
