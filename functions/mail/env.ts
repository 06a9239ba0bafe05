/** The environment variables of `mail`. Infra's `environment` must satisfy `MailEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  MAIL_QUEUE_URL: z.url(),
  MAIL_DLQ_URL: z.url(),
  /** Name or ARN of the secret whose value signs the links of mails. */
  CURSOR_KEY_SECRET: z.string().min(1),
  /** Without a slash at its end: the links of mails lead there. */
  CONSOLE_URL: z.url(),
  /** The sender's address alone. */
  MAIL_FROM: z.string().min(3),
  /** Where SES has the sender. */
  MAIL_REGION: z.string().min(1),
  MAIL_CONFIGURATION_SET: z.string().optional(),
});

export type MailEnvironment = EnvironmentOf<typeof schema>;

export function parseMailEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('mail', schema, environment);
}
