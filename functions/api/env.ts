/** The environment variables of `api`. Infra's `environment` must satisfy `ApiEnvironment`. */
import * as z from 'zod';
import { type EnvironmentOf, parseEnvironment } from '../../shared/runtime/environment.schema.ts';

const fixedEgressSchema = z.object({
  addresses: z.array(z.ipv4()).min(1),
  since: z.iso.date(),
  change: z
    .object({
      announced: z.iso.date(),
      date: z.iso.date(),
      add: z.array(z.union([z.ipv4(), z.cidrv4()])),
      remove: z.array(z.union([z.ipv4(), z.cidrv4()])),
    })
    .exactOptional(),
});

const schema = z.object({
  CONFIG_TABLE_NAME: z.string().min(1),
  DELIVERY_LOG_NAME: z.string().min(1),
  RETRY_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  /** Every webhook's secret is named below it. */
  SECRET_PREFIX: z.string().min(1),
  /** Name or ARN of the secret whose value signs cursors. */
  CURSOR_KEY_SECRET: z.string().min(1),
  /** Claim of a verified token that holds the tenant's id. */
  TENANT_CLAIM: z.string().min(1),
  /** Claim that lists `webhooks-read` and `webhooks-write`. */
  PERMISSIONS_CLAIM: z.string().min(1),
  WEBHOOKS_PER_TENANT: z.coerce.number().int().min(1),
  TEST_SENDS_PER_MINUTE: z.coerce.number().int().min(1),
  /** Of a tenant, over all its users and programs. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1),
  /** Comma-separated: the service's own hosts, to which no webhook may lead. */
  OWN_HOSTS: z.string().default(''),
  /** Comma-separated; empty in production. Addresses that may be reached although they are not public. */
  ALLOWED_CIDRS: z.string().default(''),
  /** PEM; empty in production. Trusted besides the usual roots. */
  EXTRA_CA_PEM: z.string().default(''),
  /** Empty: the stage sends no e-mail. */
  MAIL_QUEUE_URL: z.string().default(''),
  /** Of the stage's fixed addresses, as JSON; absent: it has none. */
  EGRESS: z
    .string()
    .transform((text) => fixedEgressSchema.parse(JSON.parse(text)))
    .optional(),
});

export type ApiEnvironment = EnvironmentOf<typeof schema>;

export function parseApiEnvironment(environment: NodeJS.ProcessEnv) {
  return parseEnvironment('api', schema, environment);
}
