/** The environment variables of `canary`. Infra's `environment` must satisfy `CanaryEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  SECRET_PREFIX: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
});

export type CanaryEnvironment = EnvironmentOf<typeof schema>;

export function parseCanaryEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('canary', schema, environment);
}
