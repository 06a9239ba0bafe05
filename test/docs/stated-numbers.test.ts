/**
 * Every number on a page, and in a text of the code, that comes from a constant: a change of the constant shows each
 * sentence that states the old one. Pages about alarms and deployments are in `test/infra/stated-numbers.test.ts`.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEPT_MILLIS } from '../../functions/api/deliveries/minute-cache.ts';
import { MOST_PAGE_BYTES } from '../../functions/api/events/list.ts';
import { TRY_LASTS_MILLIS } from '../../functions/api/idempotency.ts';
import { CHUNK_REQUESTS } from '../../functions/api/request-limit.ts';
import { ADDRESSES_KEPT_SECONDS } from '../../functions/api/routes/addresses.ts';
import { JWKS_KEPT_SECONDS } from '../../functions/api/routes/jwks.ts';
import { BROKEN_FOR_SECONDS } from '../../functions/dispatch/plan-record.ts';
import { MAX_PER_RUN } from '../../functions/reconcile/handler.ts';
import { MIN_REMAINING_MILLIS } from '../../functions/send/batch.ts';
import { MAX_WAIT_MILLIS } from '../../functions/send/first-successes.ts';
import { MAX_LOOKS } from '../../functions/send/looks.ts';
import { LOCAL_RETRY } from '../../local/functions/environments.ts';
import { OVERSIZED_BYTES } from '../../receivers/check/cases.ts';
import { PREVIEW_DAYS } from '../../shared/api/alert-preview.schema.ts';
import { BUDGET_LIFETIME_SECONDS, REQUEST_LIFETIME_SECONDS } from '../../shared/api/api-records.dynamo.ts';
import { MAX_RETRIED } from '../../shared/api/bulk-retry.schema.ts';
import { MOST_COUNTED } from '../../shared/api/counts.schema.ts';
import { MAX_OVERLAP_SECONDS } from '../../shared/api/signing-requests.schema.ts';
import { ATTEMPT_DEADLINE_MILLIS } from '../../shared/attempt/send-masked.flow.ts';
import { MOST_LOOKED_AT, MOST_TIMED } from '../../shared/delivery/delivery-history.port.ts';
import { COLLECT_AFTER_MILLIS } from '../../shared/delivery/digest.ts';
import { DUE_SHARDS } from '../../shared/delivery/keys.dynamo.ts';
import { CLOCKS_DIFFER_MILLIS, HORIZON_MILLIS, LISTED_WITHIN_MILLIS } from '../../shared/delivery/listed-event.ts';
import { MOST_NAMED } from '../../shared/delivery/manifest-delivery.ts';
import {
  CLOSED_AFTER_MILLIS,
  FIRST_LOOK_AFTER_MILLIS,
  MADE_UP_PERIODS,
} from '../../shared/delivery/manifest-schedule.ts';
import { MAX_RECONCILE_PAUSE_MILLIS, RECONCILE_AFTER_MILLIS } from '../../shared/delivery/postpone.ts';
import { MOST_IN_MANIFEST } from '../../shared/delivery/read-manifest.flow.ts';
import { ATTEMPTS_KEPT } from '../../shared/delivery/record-attempt.ts';
import { LATE_AFTER_MILLIS, LEASE_MILLIS, ROW_LIFETIME_DAYS } from '../../shared/delivery/retry-cycle.ts';
import {
  ATTEMPTS_PER_CYCLE,
  GAP_FACTOR,
  gapMillis,
  MAX_HOP_SECONDS,
  MAX_JITTER,
  MAX_RETRY_AFTER_MILLIS,
} from '../../shared/delivery/retry-policy.ts';
import { FIRST_RETURN_SECONDS, PATIENCE_SECONDS } from '../../shared/delivery/return-policy.ts';
import { MARK_LIFETIME_DAYS } from '../../shared/delivery/revision-mark.ts';
import {
  LATE_MILLIS,
  LONGEST_LOOK_MILLIS,
  SHORTEST_LOOK_MILLIS,
  WAITING_NOTED_AGAIN_BEFORE_MILLIS,
  WAITING_RECONCILE_AFTER_MILLIS,
} from '../../shared/delivery/waiting.ts';
import { format as discord } from '../../shared/destinations/discord/discord.ts';
import { mostPerMinute } from '../../shared/destinations/format.ts';
import { TEMPLATE_BOUNDS } from '../../shared/destinations/template/compile-template.ts';
import { MAX_TEMPLATE_BODY_BYTES } from '../../shared/destinations/template/render-template.ts';
import { FINDING_BOUNDS } from '../../shared/finding/finding.ts';
import { MAX_FINDING_BYTES } from '../../shared/finding/finding-size.ts';
import { UNREAD_DAYS } from '../../shared/finding/unread-findings.port.ts';
import { RENEW_BEFORE_SECONDS } from '../../shared/http/access-token.ts';
import { MAX_RESPONSE_BYTES } from '../../shared/http/attempt-outcome.ts';
import { MAX_IDLE_MILLIS } from '../../shared/http/connection.https.ts';
import { KEPT_BYTES, READ_BYTES } from '../../shared/http/response-excerpt.ts';
import { MAX_NEEDLE_BYTES } from '../../shared/http/secret-needles.ts';
import { ADDRESS_ASKING, CONFIRM_WITHIN_MILLIS, TENANT_ASKING } from '../../shared/mail/notice-address.ts';
import { parseTenantId } from '../../shared/runtime/ids.ts';
import { MAPPINGS } from '../../shared/topology/mappings.ts';
import { BATCH_SIZE, FUNCTION_TIMEOUT_SECONDS, MAX_RECEIVES, QUEUES } from '../../shared/topology/queues.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import {
  CANARY_EVERY_MINUTES,
  MANIFEST_PERIOD_SECONDS,
  RECONCILE_EVERY_MINUTES,
} from '../../shared/topology/schedules.ts';
import { FIRST_SYNC_MINUTES, LEAST_DIGEST_MINUTES, MOST_DIGEST_MINUTES } from '../../shared/webhook/digest-choice.ts';
import { FAILING_BUDGET_LIFETIME_SECONDS } from '../../shared/webhook/failing-budget.dynamo.ts';
import { NOTICE_EVERY_MILLIS, REFUSED_EVERY_MILLIS } from '../../shared/webhook/notice.ts';
import { NOTICE_MARK_DAYS } from '../../shared/webhook/notice-marks.port.ts';
import { LONGEST_LINE_MILLIS } from '../../shared/webhook/retry-line.ts';
import { SEED_BYTES } from '../../shared/webhook/signing-keys.ts';
import { DEFAULT_OVERLAP_SECONDS } from '../../shared/webhook/signing-secrets.ts';
import { LONGEST_THROTTLE_MILLIS, MOST_STRETCHED, TURN_HORIZON_MILLIS } from '../../shared/webhook/turns.ts';
import {
  AUTO_DISABLE_AFTER_MILLIS,
  EXHAUSTED_COUNT_LIMIT,
  FAILING_AFTER,
  QUICK_AFTER_MILLIS,
  SLOW_AFTER_MILLIS,
  SLOW_NOTED_EVERY_MILLIS,
} from '../../shared/webhook/webhook-health.ts';
import { bytes, count, percent, seconds } from '../quantities.ts';
import { expectStated, type StatedNumbers, statingWithoutRow } from '../stated-numbers.ts';

/** Before the retry with this number, without jitter. */
function delaySeconds({ baseSeconds, factor }: typeof PRODUCTION_RETRY, retry: number): number {
  return baseSeconds * factor ** (retry - 1);
}

const RETRIES = ATTEMPTS_PER_CYCLE - 1;
const RETRY_NUMBERS = Array.from({ length: RETRIES }, (_, index) => index + 1);
const DELAYS = RETRY_NUMBERS.map((retry) => seconds(delaySeconds(PRODUCTION_RETRY, retry)));
/** What the second cycle would wait if delays went on growing, to the half hour. */
const DELAYS_OF_A_SECOND_CYCLE = RETRY_NUMBERS.map((retry) =>
  seconds(Math.round(delaySeconds(PRODUCTION_RETRY, ATTEMPTS_PER_CYCLE + retry) / 1_800) * 1_800),
);

const { visibilitySeconds, retentionDays } = QUEUES.delivery;
const DAY = 86_400;
const attempts = count(ATTEMPTS_PER_CYCLE, 'attempt');
const deadline = seconds(ATTEMPT_DEADLINE_MILLIS / 1000);
const outage = seconds(PATIENCE_SECONDS);
const visibility = seconds(visibilitySeconds);
const firstReturn = seconds(FIRST_RETURN_SECONDS);
const longestLine = seconds(LONGEST_LINE_MILLIS / 1000);
const horizon = seconds(TURN_HORIZON_MILLIS / 1000);
const retryWindow = seconds(MAPPINGS.retry.windowSeconds);
const slowAfter = seconds(SLOW_AFTER_MILLIS / 1000);
const slowNotedEvery = seconds(SLOW_NOTED_EVERY_MILLIS / 1000);
const quickAfter = seconds(QUICK_AFTER_MILLIS / 1000);
const kept = bytes(KEPT_BYTES);
const read = bytes(MAX_RESPONSE_BYTES);
const log = seconds(ROW_LIFETIME_DAYS * DAY);
const manifestHour = seconds(MANIFEST_PERIOD_SECONDS);
const manifestClosed = seconds(CLOSED_AFTER_MILLIS / 1000);
const madeUp = seconds(MADE_UP_PERIODS * MANIFEST_PERIOD_SECONDS);
const inManifest = count(MOST_IN_MANIFEST, 'delivery');
const listHorizon = seconds(HORIZON_MILLIS / 1000);
const listedWithin = seconds(LISTED_WITHIN_MILLIS / 1000);
const clocksDiffer = seconds(CLOCKS_DIFFER_MILLIS / 1000);
const late = seconds(LATE_AFTER_MILLIS / 1000);
const jitter = percent(MAX_JITTER * 100);
const retryAfter = seconds(MAX_RETRY_AFTER_MILLIS / 1000);
const autoDisable = seconds(AUTO_DISABLE_AFTER_MILLIS / 1000);
const broken = seconds(BROKEN_FOR_SECONDS);
const reconcileAfter = seconds(RECONCILE_AFTER_MILLIS / 1000);
const reconcilePause = seconds(MAX_RECONCILE_PAUSE_MILLIS / 1000);
const reconcileEvery = seconds(RECONCILE_EVERY_MINUTES * 60);
const unreadShown = seconds(UNREAD_DAYS * DAY);
const noticeEvery = seconds(NOTICE_EVERY_MILLIS / 1000);
const request = seconds(REQUEST_LIFETIME_SECONDS);
const overlap = seconds(DEFAULT_OVERLAP_SECONDS);
const statsKept = seconds(KEPT_MILLIS / 1000);
const counted = count(MOST_COUNTED, 'delivery');
const timed = count(MOST_TIMED, 'attempt');
/** In which paces are given. */
/** The longest of the spans in which requests to one address are counted. */
const askedWithin = seconds(Math.max(...ADDRESS_ASKING.map(({ withinMillis }) => withinMillis)) / 1000);
const confirmWithin = seconds(CONFIRM_WITHIN_MILLIS / 1000);
const aMinute = seconds(60);
const keysKept = seconds(JWKS_KEPT_SECONDS);
const ID_CHARACTERS = [...'x'.repeat(200)].findLastIndex(
  (_, length) => parseTenantId('x'.repeat(length)) !== undefined,
);

const PAGES: StatedNumbers = {
  'CONTRIBUTING.md': { others: ['60 s', '360 s', '540 s', '600 s', '1800 s', '50 character'] },
  'README.md': {
    ours: [count(RETRIES, 'retry'), outage, ...DELAYS, seconds(delaySeconds(LOCAL_RETRY, RETRIES))],
  },
  'docs/design.md': {
    ours: [
      ...[manifestClosed, manifestHour],
      ...[
        attempts,
        seconds(LEASE_MILLIS / 1000),
        seconds(MARK_LIFETIME_DAYS * DAY),
        reconcileEvery,
        count(FAILING_AFTER, 'time'),
      ],
      ...[seconds(retentionDays * DAY), visibility, count(MAX_RECEIVES, 'receive'), outage],
      ...[
        outage,
        seconds(NOTICE_MARK_DAYS * DAY),
        seconds(NOTICE_MARK_DAYS * DAY),
        askedWithin,
        noticeEvery,
        seconds(REFUSED_EVERY_MILLIS / 1000),
      ],
      ...[request, seconds(BUDGET_LIFETIME_SECONDS), unreadShown, log, count(DUE_SHARDS, 'shard')],
      ...[seconds(MAX_HOP_SECONDS), deadline, seconds(MIN_REMAINING_MILLIS / 1000), seconds(MAX_WAIT_MILLIS / 1000)],
      ...[broken, ...DELAYS, jitter, retryAfter, autoDisable, count(EXHAUSTED_COUNT_LIMIT, 'exhausted')],
      ...[reconcileAfter, reconcilePause, read, kept, count(RETRIES, 'retry'), count(MAX_RETRIED, 'delivery')],
      ...[bytes(READ_BYTES), bytes(MAX_NEEDLE_BYTES), count(ATTEMPTS_KEPT, 'attempt')],
      ...[firstReturn, visibility, visibility, count(MAX_RECEIVES, 'receive')],
      ...[longestLine, seconds(gapMillis(0) / 1000 / GAP_FACTOR), `${GAP_FACTOR} time`],
      ...[retryWindow, retryWindow, slowAfter, slowNotedEvery, quickAfter],
      ...Array(4).fill(horizon),
      ...[seconds(SHORTEST_LOOK_MILLIS / 1000), seconds(LONGEST_LOOK_MILLIS / 1000), count(MAX_LOOKS, 'time')],
      seconds(LATE_MILLIS / 1000),
      seconds(COLLECT_AFTER_MILLIS / 1000),
      ...[seconds(WAITING_RECONCILE_AFTER_MILLIS / 1000), seconds(WAITING_NOTED_AGAIN_BEFORE_MILLIS / 1000)],
      ...[count(MOST_STRETCHED, 'time'), seconds(LONGEST_THROTTLE_MILLIS / 1000)],
      ...[seconds(FAILING_BUDGET_LIFETIME_SECONDS), late, count(MOST_LOOKED_AT, 'delivery')],
      ...[listHorizon, listHorizon, listedWithin, listedWithin, clocksDiffer, log, log, bytes(MOST_PAGE_BYTES)],
    ],
    // DynamoDB's own end of a page. What a query reads at once at DynamoDB; the unit of a tenant's pace, an example of one, and a vendor's budget; DynamoDB's unit of a write, the window of the limit on test sends, what one item counts, and API Gateway's limit.
    others: [
      bytes(1024 * 1024),
      bytes(1024 * 1024),
      aMinute,
      aMinute,
      '60 s',
      '300 s',
      seconds(DAY),
      '1024 bytes',
      '60 s',
      seconds(DAY),
      bytes(10 * 1024 ** 2),
      bytes(MAX_TEMPLATE_BODY_BYTES + 1),
      // A hundred tabs in their first minute.
      '400 request',
    ],
  },
  // Of others' portals, and the spans of our chart.
  'docs/portals.md': {
    ours: [log, aMinute],
    others: ['3600 s', seconds(DAY), seconds(DAY), seconds(DAY), seconds(7 * DAY)],
  },
  'docs/templates.md': { ours: [bytes(TEMPLATE_BOUNDS.bytes), bytes(MAX_TEMPLATE_BODY_BYTES + 1)] },
  'docs/adr/0033-a-template-is-a-json-document.md': {
    ours: [bytes(TEMPLATE_BOUNDS.bytes), bytes(MAX_TEMPLATE_BODY_BYTES + 1)],
    // Libraries as they were measured, and our own; DynamoDB's unit of a read; an example, and what it comes to.
    others: [...[22, 80, 80, 15].map((size) => bytes(size * 1024)), '0.025 s', '4096 bytes', '570 bytes', '10 time'],
  },
  'docs/destinations.md': {
    ours: [
      ...[count(RETRIES, 'time'), kept],
      ...[seconds(LEAST_DIGEST_MINUTES * 60), seconds(MOST_DIGEST_MINUTES * 60)],
    ],
  },
  'docs/receiving-webhooks.md': {
    ours: [
      confirmWithin,
      ...[deadline, deadline, deadline, read, kept, overlap, ...DELAYS, jitter, retryAfter, log, log],
      ...[count(RETRIES, 'time'), count(RETRIES, 'time'), attempts, seconds(MAX_IDLE_MILLIS / 1000)],
      count(ID_CHARACTERS, 'character'),
      keysKept,
      noticeEvery,
      seconds(RENEW_BEFORE_SECONDS),
      ...[listHorizon, log, log],
      ...[...Array(5).fill(manifestHour), madeUp, inManifest],
    ],
    // How often to read events, and how often a tenant may ask. The longest body and the longest secret, which other tests measure; what receivers should allow clocks. A signature of
    // Ed25519, and how often its public keys may be read.
    others: [
      '65536 bytes',
      '256 character',
      '300 s',
      '2 attempt',
      '64 bytes',
      aMinute,
      aMinute,
      aMinute,
      '600 request',
      seconds(DAY),
    ],
  },
  'receivers/check/README.md': { ours: [bytes(OVERSIZED_BYTES)] },
  // The time that the steps take, what receivers should allow clocks, and the ages of the requests that were tried.
  'receivers/n8n/README.md': {
    ours: [overlap, seconds(MARK_LIFETIME_DAYS * DAY)],
    others: ['600 s', '300 s', '300 s', '240 s', '360 s'],
  },
  'receivers/node-red/README.md': {
    ours: [overlap, log, seconds(MARK_LIFETIME_DAYS * DAY)],
    others: ['600 s', '300 s', '240 s', '360 s'],
  },
  'receivers/tines/README.md': { ours: [overlap, log], others: ['600 s', '300 s'] },
  'docs/adr/0002-two-dead-letter-queues.md': {
    ours: [count(MAX_RECEIVES, 'receive'), count(ATTEMPTS_PER_CYCLE, 'time')],
  },
  'docs/adr/0032-revisions-begin-in-order.md': { ours: [seconds(MARK_LIFETIME_DAYS * DAY)] },
  'docs/adr/0003-the-runtime-comes-from-npm.md': { others: [bytes(50 * 1024 ** 2)] },
  'docs/adr/0004-delays-restart-with-a-retry-cycle.md': { ours: [...DELAYS, ...DELAYS_OF_A_SECOND_CYCLE] },
  // Secrets Manager's own rule.
  'docs/adr/0005-the-version-in-use-has-its-own-label.md': { others: Array(3).fill(seconds(DAY)) },
  'docs/adr/0006-an-idempotency-key-remembers-an-id.md': { ours: [request, seconds(TRY_LASTS_MILLIS / 1000)] },
  'docs/adr/0007-stats-come-from-the-log.md': {
    ours: [counted, counted, statsKept, timed],
    // What as many rows come to.
    others: [bytes(10 * 1024 ** 2)],
  },
  'docs/adr/0008-the-console-is-cloudscape-behind-one-origin.md': {
    others: [40 * 1024, 105 * 1024, 60 * 1024].map((kilobytes) => bytes(kilobytes * 1024)),
  },
  // Measured, but for the most of a response that is read.
  'docs/adr/0010-the-client-is-nodes-own.md': {
    ours: [read],
    others: [
      ...[1_031, 591, 1_518, 1_078].map((kibibytes) => bytes(kibibytes * 1024)),
      ...['0.151 s', '0.137 s', '0.00008 s', '0.00009 s', '0.00012 s', '1.2 time', '0.035 s'],
    ],
  },
  'docs/adr/0015-an-alert-rule-is-tried-on-the-log.md': { ours: [seconds(PREVIEW_DAYS * DAY)] },
  'docs/adr/0017-queues-by-behaviour.md': {
    ours: [deadline, deadline, slowAfter, slowNotedEvery, retryWindow, count(MAPPINGS.retry.batchSize, 'webhook')],
    // An example of a slow success; what the simulation comes to in the first seconds.
    others: [
      ...['8 s', '1000 webhook', '6 s', '5 s', '4 s', '14 s', '20 s', '5 s', '1.6 s', '1 s', '0.5 s', '1 s', '2 s'],
    ],
  },
  'docs/adr/0026-a-tenant-has-a-budget-of-requests.md': {
    ours: [count(CHUNK_REQUESTS, 'request')],
    // Of a page that polls, and of a tenant at its limit: each minute, and as a price.
    others: ['60 s', '60 s'],
  },
  // Measured: what zod took, a call, what a thin client would save at a rate, and of which memory.
  'docs/adr/0030-bundles-have-stand-ins.md': {
    others: ['0.073 s', '0.0002 s', '50 delivery', '0.04 s', '14 %', bytes(512 * 1024 ** 2)],
  },
  // What KMS signs at most, and the random bits of a webhook's id.
  // What leaving out saved, once.
  'docs/adr/0041-a-further-call-takes-a-shorter-way.md': { others: ['6144 bytes'] },
  'docs/adr/0045-logs-and-metrics-are-our-own-lines.md': { others: [bytes(30 * 1024)] },
  // CodeDeploy's configuration and the periods of alarms, which test/infra/gradual-release.test.ts holds.
  'docs/adr/0043-notices-by-e-mail-have-a-function-of-their-own.md': {
    ours: [
      confirmWithin,
      ...[...ADDRESS_ASKING, ...TENANT_ASKING].map(({ withinMillis }) => seconds(withinMillis / 1000)),
    ],
  },
  'docs/adr/0042-a-release-may-be-gradual.md': { others: ['900 s', '900 s', '1800 s'] },
  'docs/adr/0034-a-signing-key-belongs-to-one-webhook.md': {
    ours: [bytes(MAX_FINDING_BYTES)],
    others: ['4096 bytes', '0.00005 s'],
  },
  // Beside the limit an example.
  'docs/adr/0038-an-oauth-client-belongs-to-a-webhook.md': {
    ours: [seconds(RENEW_BEFORE_SECONDS), autoDisable],
    others: ['3600 s'],
  },
  'docs/adr/0039-a-receiver-may-disable-its-webhook.md': { ours: [count(RETRIES, 'retry')] },
  'docs/adr/0036-a-digest-is-a-delivery.md': {
    ours: [
      attempts,
      seconds(COLLECT_AFTER_MILLIS / 1000),
      seconds(WAITING_RECONCILE_AFTER_MILLIS / 1000),
      ...Array(2).fill(seconds(FIRST_SYNC_MINUTES * 60)),
    ],
    // DynamoDB's limit of an item.
    others: [bytes(400 * 1024)],
  },
  'docs/adr/0035-a-notice-is-a-delivery.md': { ours: Array(3).fill(noticeEvery), others: ['500 failure'] },
  // How soon alarms see a bad release.
  'docs/adr/0037-what-is-due-is-listed-before-it-is-queued.md': {
    ours: [listHorizon, listHorizon, listedWithin, listedWithin, clocksDiffer, log],
    // How long DynamoDB Streams keep, and how old a signature may be.
    others: [seconds(DAY), '300 s'],
  },
  'docs/adr/0044-a-manifest-is-a-delivery.md': {
    ours: [
      ...[manifestClosed, seconds(FIRST_LOOK_AFTER_MILLIS / 1000), listHorizon, clocksDiffer, madeUp, madeUp],
      ...[seconds(FUNCTION_TIMEOUT_SECONDS), ...Array(4).fill(manifestHour), count(MOST_NAMED, 'delivery')],
    ],
  },
  'docs/adr/0027-a-release-is-rolled-back-whole.md': { others: ['900 s'] },
  // What the simulation comes to, and what other ways would cost.
  'docs/adr/0028-message-groups-by-tenant.md': { others: ['600 s', '36 s', '49 s', '0.1 s', '11 s'] },
  // Measured; the limit is held by the test of the first load.
  'docs/adr/0029-the-first-page-carries-what-it-shows.md': {
    others: [
      ...[364, 250, 247, 214, 65, 90, 35, 18, 8, 250].map((kilobytes) => bytes(kilobytes * 1024)),
      ...['0.4 s', '6 time', '1.3 s', '13.7 s', '10.5 s', '0.15 s', '4 time', '0.4 s', '4.3 s', '3.6 s'],
      ...['0.4 s', '4 time', '1.05 s', '9.9 s', '0.67 s', '8.6 s'],
    ],
  },
  'docs/scale.md': {
    ours: [
      seconds(QUEUES.delivery.retentionDays * 86_400),
      seconds(QUEUES.delivery.retentionDays * 86_400),
      slowNotedEvery,
      count(DUE_SHARDS, 'shard'),
    ],
    // What a stage takes, an example of a stage's concurrency, quotas of AWS.
    others: ['10 attempt', '0.3 s', '1 s', '86400 s', '30 delivery', '200 retry', '18750 delivery'],
  },
  'docs/adr/0018-refused-deliveries-queue-up.md': {
    ours: [longestLine],
    // The jitter of production's last delay.
    others: ['96 s'],
  },
  'docs/adr/0019-deliveries-take-turns.md': {
    ours: [...Array(3).fill(horizon), reconcileAfter],
    // A vendor's budget of a day as an interval, and what batches of one would cost.
    others: [seconds(DAY), '9 s', seconds(DAY), seconds(3_600), '8 time'],
  },
  'docs/adr/0020-failing-webhooks-of-a-vendor-share-a-budget.md': {
    ours: [
      ...[count(11 * (discord.failingPerMinute ?? 0), 'attempt'), count(mostPerMinute(discord), 'attempt')],
      seconds(FAILING_BUDGET_LIFETIME_SECONDS),
    ],
    // Discord's window, the minutes that it touches, a wrong clock, and the shortest wait, which is three quarters of 120 s.
    others: [...Array(4).fill(aMinute), '600 s', '600 s', '660 s', '86400 s', '90 s'],
  },
  'docs/adr/0011-masking-decodes-the-response.md': {
    ours: [bytes(READ_BYTES), bytes(READ_BYTES), kept, bytes(MAX_NEEDLE_BYTES), read],
    // The custom headers of the worst case, what was measured, and the bounds of the cache and of guessed base64.
    others: [
      ...['20 header', '2048 bytes', '20 header', '2048 bytes', '0.15 s'],
      ...['17 bytes', bytes(16 * 1024 ** 2), '512 character'],
    ],
  },
  'docs/adr/0014-a-replay-is-read-by-a-command.md': { ours: [seconds(retentionDays * DAY)] },
  // How often and how long Splunk wants to be asked.
  'docs/adr/0023-splunk-is-not-asked-about-acknowledgements.md': { ours: [deadline], others: ['10 s', '300 s'] },
  // What 0.1.0 took.
  'docs/adr/0012-a-finding-is-repaired.md': { others: ['128 character'] },
  'docs/publishing-findings.md': {
    ours: [
      count(ID_CHARACTERS, 'letter'),
      count(FINDING_BOUNDS.idCharacters, 'character'),
      count(FINDING_BOUNDS.urlCharacters, 'character'),
      count(FINDING_BOUNDS.urlCharacters, 'character'),
      count(FINDING_BOUNDS.alsoAffectedIdCharacters, 'character'),
      bytes(MAX_FINDING_BYTES),
    ],
    others: [seconds(DAY)],
  },
  'functions/api/README.md': { ours: [statsKept] },
  'functions/canary/README.md': { ours: [seconds(CANARY_EVERY_MINUTES * 60)], others: ['300 s'] },
  'functions/dispatch/README.md': { ours: [count(MAX_RECEIVES, 'receive'), outage, broken, listedWithin] },
  'functions/reconcile/README.md': {
    ours: [
      reconcileEvery,
      count(MAX_PER_RUN, 'key'),
      reconcileAfter,
      seconds(RECONCILE_AFTER_MILLIS / 500),
      reconcilePause,
    ],
  },
  'functions/mail/README.md': { ours: [count(MAX_RECEIVES, 'receive'), outage] },
  'functions/send/README.md': { ours: [firstReturn, visibility] },
  'shared/destinations/elastic/README.md': { others: ['2 attempt'] },
  'shared/destinations/jira/README.md': { ours: [count(ATTEMPTS_PER_CYCLE, 'time')] },
  'shared/destinations/pagerduty/README.md': { others: ['32 character', '32 character', '255 bytes', '60 s'] },
  'shared/destinations/sentinel/README.md': {
    ours: [seconds(RENEW_BEFORE_SECONDS)],
    others: ['172800 s', '1800 s', '60 s'],
  },
  'shared/destinations/servicenow/README.md': { others: ['4000 character'] },
  'shared/destinations/template/README.md': { ours: [bytes(MAX_TEMPLATE_BODY_BYTES + 1)] },
  'shared/destinations/teams/README.md': { others: [bytes(20 * 1024), '60 s'] },
};

const TEXTS: StatedNumbers = {
  'console/connect/pull-field.tsx': { ours: [log] },
  'console/mail/add-address.tsx': { ours: [confirmWithin] },
  'console/mail/addresses-page.tsx': { ours: [noticeEvery] },
  'functions/api/events/list.ts': { ours: [log] },
  'functions/api/events/manifest.ts': { ours: [log] },
  'functions/api/routes/events.ts': { ours: [log] },
  'scripts/cost/pull-cost.ts': { ours: [log] },
  // A page of figures: the cases that it is made for.
  'scripts/generated/cost-page.ts': { others: ['4 attempt', '50 %', '50 %', '5 s', '5 s'] },
  'functions/api/routes/challenge.ts': { ours: [deadline] },
  'functions/api/notices/mail-links.ts': { ours: [confirmWithin] },
  'functions/api/routes/notice-addresses.ts': {
    ours: [
      confirmWithin,
      ...[...ADDRESS_ASKING, ...TENANT_ASKING].flatMap(({ most, withinMillis }) => [
        count(most, 'time'),
        seconds(withinMillis / 1000),
      ]),
    ],
  },
  'functions/api/routes/addresses.ts': { ours: [seconds(ADDRESSES_KEPT_SECONDS)] },
  'shared/api/addresses.schema.ts': { others: [seconds(DAY)] },
  'console/connect/conflict.ts': { others: [aMinute] },
  'console/connect/setting-fields.tsx': { others: [aMinute] },
  'console/connect/signing-fields.tsx': { others: ['256 character'] },
  'console/details/delivery-log.tsx': { ours: Array(2).fill(count(MOST_LOOKED_AT, 'delivery')) },
  'console/details/hourly-chart.tsx': { ours: [timed] },
  'console/details/chart-query.ts': { others: [1, 3, 7].map((days) => seconds(days * DAY)) },
  'console/details/overlap-field.tsx': {
    ours: [overlap, seconds(MAX_OVERLAP_SECONDS)],
    others: ['3600 s', seconds(3 * DAY)],
  },
  'console/integrations/condition.ts': { ours: [autoDisable] },
  'console/integrations/limit-words.ts': { others: [aMinute] },
  'console/time/instant.tsx': { ours: [seconds(TURN_HORIZON_MILLIS / 1000)] },
  'shared/webhook/pace-words.ts': { others: [aMinute] },
  'console/integrations/unread-findings.tsx': { ours: [unreadShown] },
  'functions/api/routes/deliveries.ts': { ours: [log, late, attempts, statsKept] },
  'functions/api/routes/openapi.ts': { ours: [count(RETRIES, 'time'), retryAfter, manifestHour] },
  'functions/api/routes/parameters.ts': { ours: [request, late] },
  'functions/api/routes/webhooks.ts': { ours: [statsKept, statsKept] },
  'functions/api/test-send.ts': { others: ['60 s'] },
  // Of ids, and of the names of stages, which AWS bounds as well.
  'local/command-line.ts': { ours: [count(ID_CHARACTERS, 'letter')], others: ['60 letter', '64 letter'] },
  'local/connect-webhook.ts': { ours: Array(2).fill(count(ID_CHARACTERS, 'letter')) },
  'local/demo-webhooks.ts': { ours: [count(ATTEMPTS_PER_CYCLE, 'failure')] },
  // What EventBridge says of its archives.
  'scripts/ops/replay.ts': { others: ['600 s'] },
  'scripts/generated/vendor-tables.ts': { others: [aMinute] },
  'scripts/ops/webhooks.ts': { others: [aMinute] },
  'scripts/ops/redrive.ts': { ours: [attempts] },
  'scripts/seed.ts': { others: ['256 character', aMinute] },
  'shared/api/attempt-responses.schema.ts': { ours: [deadline, kept, kept] },
  'shared/api/delivery-responses.schema.ts': { ours: [late, count(ATTEMPTS_KEPT, 'attempt')] },
  'shared/api/stats-response.schema.ts': { ours: [counted, timed] },
  'shared/api/outgoing-webhook.schema.ts': { ours: [manifestHour], others: [bytes(64 * 1024)] },
  'shared/api/webhook-requests.schema.ts': {
    ours: [seconds(MOST_DIGEST_MINUTES * 60)],
    others: Array(3).fill(aMinute),
  },
  'shared/api/webhook-health.schema.ts': {
    ours: [
      ...[count(FAILING_AFTER, 'attempt'), ...Array(3).fill(seconds(TURN_HORIZON_MILLIS / 1000))],
      seconds(LONGEST_LOOK_MILLIS / 1000),
    ],
  },
  'shared/api/webhook-responses.schema.ts': {
    ours: [unreadShown, log],
    others: ['32 bytes', '32 bytes'],
  },
  'shared/api/jwks.schema.ts': { ours: [bytes(SEED_BYTES)] },
  'functions/api/routes/jwks.ts': { ours: [keysKept], others: [aMinute] },
  'shared/attempt/notice-finding.ts': { ours: [log, log, autoDisable] },
  'shared/attempt/attempt-advice.ts': { others: [bytes(64 * 1024)] },
  'shared/destinations/pagerduty/pagerduty.form.ts': { others: ['32 letter'] },
  'shared/finding/finding-event.schema.ts': { ours: [count(ID_CHARACTERS, 'letter')] },
  'shared/http/custom-headers.ts': { others: ['64 letter'] },
  'shared/http/own-secret.ts': { others: ['256 character'] },
};

/** Numbers without a unit of their own. */
const PHRASES: readonly (readonly [path: string, phrase: string])[] = [
  [
    'README.md',
    `about ${RETRY_NUMBERS.slice(0, -1)
      .map((retry) => delaySeconds(LOCAL_RETRY, retry))
      .join(', ')} and`,
  ],
  ['docs/design.md', `\`attemptLimit = n + ${RETRIES}\``],
  ['docs/design.md', `POSTs per retry cycle ≤ ${ATTEMPTS_PER_CYCLE} + crashes`],
  [
    'docs/adr/0004-delays-restart-with-a-retry-cycle.md',
    `attempts are ${ATTEMPTS_PER_CYCLE + 1} to ${2 * ATTEMPTS_PER_CYCLE}`,
  ],
  ['functions/dispatch/README.md', `batches of ${BATCH_SIZE}`],
  ['functions/send/README.md', `batches of ${MAPPINGS.delivery.batchSize}`],
  ['functions/send/README.md', `batches of ${MAPPINGS.retry.batchSize}`],
  ['docs/design.md', `batches of ${MAPPINGS.retry.batchSize}`],
];

describe('the numbers that are stated', () => {
  it.each(Object.entries({ ...PAGES, ...TEXTS }))('in %s are those of the code', (path, stated) => {
    expectStated(path, stated);
  });

  it.each(PHRASES)('in %s are those of the code: %s', (path, phrase) => {
    const isStated = readFileSync(path, 'utf8').replaceAll(/\s+/g, ' ').includes(phrase);
    expect(isStated, `${path} must say: ${phrase}`).toBe(true);
  });

  it('have a row for every file', () => {
    const pages = ['*.md', 'docs/**/*.md', '{console,functions,shared}/**/README.md'];
    const programs = '{console,functions,local,scripts,shared}/**/*.{ts,tsx}';
    // History; what the proof and the bench measure; what the simulation comes to; pages with the numbers of alarms and stages.
    const elsewhere = [
      'CHANGELOG.md',
      'docs/reliability.md',
      'docs/cost.md',
      'docs/fairness.md',
      'docs/performance.md',
      'docs/deploying.md',
      'docs/runbook.md',
    ];
    const without = statingWithoutRow(
      [...pages, programs],
      [...Object.keys(PAGES), ...Object.keys(TEXTS), ...elsewhere],
    );
    expect(without.filter((path) => !path.endsWith('.vendor.ts'))).toEqual([]);
  });
});
