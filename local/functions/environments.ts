/** What infra sets in the functions' environments, for functions that run on this machine. */
import type { ApiEnvironment } from '../../functions/api/env.ts';
import type { DispatchEnvironment } from '../../functions/dispatch/env.ts';
import type { MailEnvironment } from '../../functions/mail/env.ts';
import type { ReconcileEnvironment } from '../../functions/reconcile/env.ts';
import type { SendEnvironment } from '../../functions/send/env.ts';
import { secretPrefix } from '../../shared/topology/physical-names.ts';
import { LOCAL_REGION, LOCAL_STAGE, type LocalAws } from '../aws/local-aws.ts';
import { PERMISSIONS_CLAIM, TENANT_CLAIM } from '../identity/cognito-claims.ts';

/** Where webhooks may lead besides the public Internet, and whose certificates are trusted there. */
export interface LocalReach {
  /** Comma-separated. */
  readonly allowedCidrs: string;
  readonly extraCaPem: string;
}

/**
 * 1, 2 and 4 s where production waits 30 s, 2 min and 8 min: with jitter and SQS's whole seconds a delivery is
 * exhausted after about 10 s, short enough to watch. Production's factor of 4 would make it 25 s.
 */
export const LOCAL_RETRY = { baseSeconds: 1, factor: 2 };

/** The simulated vendors have no limit, and Discord's real one would make a demo of 70 findings last two and a half minutes. */
const VENDOR_PACE_FACTOR = 0.01;

/** Production's hour, short enough to watch: the first manifest comes within four minutes of the choice. */
const LOCAL_MANIFEST_PERIOD_SECONDS = 60;

const WEBHOOKS_PER_TENANT = 50;
const TEST_SENDS_PER_MINUTE = 10;

/** Production's 600 would stop a load test. */
const REQUESTS_PER_MINUTE = 1_000_000;

export function dispatchEnvironment({ tables, queues }: LocalAws) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    FINDINGS_QUEUE_URL: queues.findings,
    DELIVERY_QUEUE_URL: queues.delivery,
    RETRY_QUEUE_URL: queues.retry,
    FINDINGS_DLQ_URL: queues['findings-dlq'],
    SET_ASIDE_EVENTS_URL: queues['set-aside-events'],
  } satisfies DispatchEnvironment;
}

export function sendEnvironment({ tables, queues, findingsBus }: LocalAws, reach: LocalReach) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    DELIVERY_QUEUE_URL: queues.delivery,
    RETRY_QUEUE_URL: queues.retry,
    EXHAUSTED_DELIVERIES_URL: queues['exhausted-deliveries'],
    POISON_QUEUE_URL: queues.poison,
    EVENT_BUS_NAME: findingsBus,
    RETRY_BASE_SECONDS: String(LOCAL_RETRY.baseSeconds),
    RETRY_FACTOR: String(LOCAL_RETRY.factor),
    VENDOR_PACE_FACTOR: String(VENDOR_PACE_FACTOR),
    ALLOWED_CIDRS: reach.allowedCidrs,
    EXTRA_CA_PEM: reach.extraCaPem,
  } satisfies SendEnvironment;
}

export function reconcileEnvironment({ tables, queues, findingsBus }: LocalAws) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    RETRY_QUEUE_URL: queues.retry,
    EXHAUSTED_DELIVERIES_URL: queues['exhausted-deliveries'],
    EVENT_BUS_NAME: findingsBus,
    MANIFEST_PERIOD_SECONDS: String(LOCAL_MANIFEST_PERIOD_SECONDS),
  } satisfies ReconcileEnvironment;
}

export function apiEnvironment(
  { tables, queues, findingsBus }: LocalAws,
  reach: LocalReach,
  { cursorKeySecret, sendsMail = false }: { readonly cursorKeySecret: string; readonly sendsMail?: boolean },
) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    RETRY_QUEUE_URL: queues.retry,
    EVENT_BUS_NAME: findingsBus,
    SECRET_PREFIX: secretPrefix(LOCAL_STAGE),
    CURSOR_KEY_SECRET: cursorKeySecret,
    TENANT_CLAIM,
    PERMISSIONS_CLAIM,
    WEBHOOKS_PER_TENANT: String(WEBHOOKS_PER_TENANT),
    TEST_SENDS_PER_MINUTE: String(TEST_SENDS_PER_MINUTE),
    REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
    ALLOWED_CIDRS: reach.allowedCidrs,
    EXTRA_CA_PEM: reach.extraCaPem,
    ...(sendsMail && { MAIL_QUEUE_URL: queues.mails }),
  } satisfies ApiEnvironment;
}

/** What the local sender is called: nothing leaves this machine. */
export const LOCAL_MAIL_IDENTITY = 'thalian.example';

export function mailEnvironment(
  { tables, queues }: LocalAws,
  { cursorKeySecret, consoleUrl }: { readonly cursorKeySecret: string; readonly consoleUrl: string },
) {
  return {
    CONFIG_TABLE_NAME: tables.config,
    DELIVERY_LOG_NAME: tables.deliveryLog,
    MAIL_QUEUE_URL: queues.mails,
    MAIL_DLQ_URL: queues['mails-dlq'],
    CURSOR_KEY_SECRET: cursorKeySecret,
    CONSOLE_URL: consoleUrl,
    MAIL_FROM: `notices@${LOCAL_MAIL_IDENTITY}`,
    MAIL_REGION: LOCAL_REGION,
  } satisfies MailEnvironment;
}
