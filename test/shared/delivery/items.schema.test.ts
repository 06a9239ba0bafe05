import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseDeliveryItem, toDeliveryItem } from '../../../shared/delivery/delivery-item.schema.ts';
import { ATTEMPT_CAUSES } from '../../../shared/http/attempt-outcome.ts';
import type { AlertRule } from '../../../shared/webhook/alert-rule.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { parseWebhookItem, toWebhookItem } from '../../../shared/webhook/webhook-item.schema.ts';
import { parseWebhookSecret, serializeWebhookSecret } from '../../../shared/webhook/webhook-secret.schema.ts';
import { aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const RULE_OF_LISTS: AlertRule = {
  enabled: true,
  minSeverity: 'low',
  platforms: ['okta'],
  categories: ['Shadow IT'],
  affectedTypes: ['asset'],
};

/** A new field must be here: the compiler asks for it, and the round trip shows whether the item keeps it. */
const EVERY_FIELD: Required<Webhook> = {
  ...aWebhook(),
  alerts: RULE_OF_LISTS,
  alertsSince: 7,
  retryTurnAt: 9,
  payloadVersion: 2,
  events: ['updated', 'resolved'],
  pace: { perMinute: 30 },
  turns: { nextTurnAt: 10, paceMillis: 4_000, throttledUntil: 8 },
  explainedMillis: 11,
  noticesTo: aWebhookId('wh_chat'),
  oauth: {
    tokenUrl: 'https://login.example/token',
    clientId: 'thalian',
    clientAuthentication: 'body',
    scope: 'findings.write',
    audience: 'https://siem.example',
  },
  challenge: { verified: { url: 'https://siem.example/hook', at: 12 } },
  pull: { since: 12, only: true, manifestsSince: 13 },
  digest: { minutes: 60 },
  firstSync: 'digest',
  secret: { arn: 'arn:x', versionId: 'v1' },
  secretContents: {
    isSigned: true,
    previousUntil: [3, 2],
    publicKeys: [
      { kid: 'k2', x: 'x2' },
      { kid: 'k1', x: 'x1', until: 4 },
    ],
    customHeaders: 1,
    credentials: ['token'],
  },
};

describe('a webhook in the table', () => {
  it.each([
    ['fresh', aWebhook()],
    ['with a secret', aWebhook({ secret: { arn: 'arn:x', versionId: 'v1' } })],
    ['disabled', aWebhook({ state: { kind: 'disabled', reason: 'gone' } })],
    ['disabled on request', aWebhook({ state: { kind: 'disabled', reason: 'requested' } })],
    ['with every field', EVERY_FIELD],
    ['failing', aWebhook({ health: { failuresInARow: 5, exhaustedCount: 2, failingSince: 1 } })],
    ['with a line of refused deliveries', aWebhook({ retryTurnAt: 7 })],
    ['with turns', aWebhook({ turns: { nextTurnAt: 7 } })],
    ['slow', aWebhook({ health: { failuresInARow: 0, exhaustedCount: 0, slowAt: 1 } })],
  ])('comes back as it went: %s', (_what, webhook) => {
    const item = toWebhookItem(webhook);
    expect(parseWebhookItem(webhook.tenantId, webhook.webhookId, item)).toEqual({ kind: 'parsed', webhook });
  });

  it('that is disabled on request has a reason that version 0.1.0 can read, too', () => {
    const item = toWebhookItem(aWebhook({ state: { kind: 'disabled', reason: 'requested' } }));
    expect(item).toMatchObject({ state: 'disabled', stateReason: 'gone' });
  });

  it.each([{ perMinute: 0 }, { perHour: 9 }, 'fast', null])(
    'has no limit of its own where a later version says it in another way: %j',
    (pace) => {
      const webhook = aWebhook();
      const item = { ...toWebhookItem(webhook), pace };
      expect(parseWebhookItem(webhook.tenantId, webhook.webhookId, item)).toEqual({ kind: 'parsed', webhook });
    },
  );

  it('is rejected rather than guessed at when it is damaged', () => {
    const item = { ...toWebhookItem(aWebhook()), alerts: { enabled: 'yes' } };
    expect(parseWebhookItem(aTenantId(), aWebhookId(), item)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('alerts'),
    });
  });
});

describe('a row of the delivery log', () => {
  const full = aDeliveryRow({
    status: 'failed',
    reason: 'exhausted',
    attempts: [
      anAttempt({ response: 'no', duplicate: true }),
      { number: 2, at: 1, millis: 2, error: 'timeout', cause: 'timeout-body', code: 'SOME_CODE' },
      anAttempt({ number: 3, statusCode: 302, location: 'https://new.example/hook' }),
    ],
    arrivedAt: 6,
    lease: 'l',
    leaseUntil: 1,
    nextAttemptAt: 2,
    reconcileAt: 3,
    failedAt: 4,
    ticketSentAt: 5,
    reopen: 'user',
  });

  it.each([
    ['with every attribute', full],
    ['with the least', aDeliveryRow()],
    ['waiting for a turn', aDeliveryRow({ lastAttempt: 0, waitingSince: 6, explainedBefore: 5, reconcileAt: 7 })],
    ['waiting for a digest', aDeliveryRow({ lastAttempt: 0, digestId: full.deliveryId, digestEndsAt: 6 })],
    ['a digest', aDeliveryRow({ digestEndsAt: 6, digestMembers: full.deliveryId })],
    ['detected before', aDeliveryRow({ status: 'cancelled', reason: 'detected-before' })],
    ['not selected', aDeliveryRow({ status: 'cancelled', reason: 'not-selected' })],
    ['superseded', aDeliveryRow({ status: 'cancelled', reason: 'superseded', event: 'updated', revision: 2 })],
    ['of a resolution that was not sent', aDeliveryRow({ status: 'cancelled', reason: 'not-detected' })],
    ['of an event that is not wanted', aDeliveryRow({ status: 'cancelled', reason: 'event-not-chosen' })],
  ])('comes back as it went: %s', (_what, row) => {
    const parsed = parseDeliveryItem(row.tenantId, row.webhookId, row.deliveryId, toDeliveryItem(row));
    expect(parsed).toEqual({ kind: 'parsed', row });
  });

  it('has not failed while it is pending, whatever version 0.1.0 left there of a wait', () => {
    const row = aDeliveryRow();
    const item = { ...toDeliveryItem(row), failedAt: 6 };
    expect(parseDeliveryItem(row.tenantId, row.webhookId, row.deliveryId, item)).toEqual({ kind: 'parsed', row });
  });

  it('gives version 6493d20 a reason that it can read', () => {
    const item = toDeliveryItem(aDeliveryRow({ status: 'cancelled', reason: 'not-selected' }));
    expect(item).toMatchObject({ reason: 'below-threshold', notSelected: true });
    const superseded = toDeliveryItem(aDeliveryRow({ status: 'cancelled', reason: 'superseded' }));
    expect(superseded).toMatchObject({ reason: 'below-threshold', exactReason: 'superseded' });
  });

  it('is rejected rather than guessed at when it is damaged', () => {
    const { tenantId, webhookId, deliveryId } = full;
    const item = { ...toDeliveryItem(full), status: 'lost' };
    expect(parseDeliveryItem(tenantId, webhookId, deliveryId, item)).toMatchObject({ kind: 'rejected' });
  });
});

describe('an attempt on a row', () => {
  const { tenantId, webhookId, deliveryId } = aDeliveryRow();

  it('of a later version may have a cause that is new to this one', () => {
    const attempt = { number: 1, at: 1, millis: 2, error: 'timeout', cause: 'timeout-of-the-moon' };
    const item = { ...toDeliveryItem(aDeliveryRow()), attempts: [attempt] };
    expect(parseDeliveryItem(tenantId, webhookId, deliveryId, item)).toMatchObject({
      kind: 'parsed',
      row: { attempts: [{ error: 'timeout', cause: 'unknown' }] },
    });
  });

  it('is read by version 6493d20, which knows no causes', () => {
    const attempts = ATTEMPT_CAUSES.map((cause, index) => ({
      ...{ number: index + 1, at: 1, millis: 2, cause, code: 'SOME_CODE', location: '/new' },
      error: 'tls-failed' as const,
    }));
    const item = toDeliveryItem(aDeliveryRow({ attempts }));
    expect(item.attempts.map((attempt) => attemptOf6493d20.parse(attempt))).toEqual(
      attempts.map(({ number }) => ({ number, at: 1, millis: 2, error: 'tls-failed' })),
    );
  });

  /** As in `shared/contract/delivery-item.ts` of that version. */
  const attemptOf6493d20 = z.object({
    number: z.int().min(1),
    at: z.number(),
    millis: z.number(),
    statusCode: z.int().exactOptional(),
    error: z
      .enum([
        ...(['url-refused', 'address-refused', 'dns-failed', 'connect-failed', 'tls-failed'] as const),
        ...(['connection-reset', 'protocol-violated', 'timeout', 'no-token'] as const),
      ])
      .exactOptional(),
    answer: z.string().exactOptional(),
    duplicate: z.literal(true).exactOptional(),
  });
});

describe("a webhook's secret", () => {
  const previous = [
    { secret: 'b', until: 3 },
    { secret: 'c', until: 2 },
  ];
  const ofThree = {
    signing: { current: 'a', previous },
    signingKeys: { current: 'd', previous },
    headers: { x: 'y' },
    url: 'u',
  };

  it('comes back as it went', () => {
    expect(parseWebhookSecret(serializeWebhookSecret(ofThree))).toEqual({ kind: 'parsed', secret: ofThree });
  });

  it('shows version 6493d20, which knows one previous signing secret, the newest', () => {
    expect(JSON.parse(serializeWebhookSecret(ofThree))).toMatchObject({
      signing: { current: 'a', previous: 'b', previousUntil: 3 },
      headers: { x: 'y' },
      url: 'u',
    });
  });

  it('is read as that version has stored it', () => {
    const stored = '{"signing":{"current":"a","previous":"b","previousUntil":3},"url":"u"}';
    expect(parseWebhookSecret(stored)).toEqual({
      kind: 'parsed',
      secret: { signing: { current: 'a', previous: [{ secret: 'b', until: 3 }] }, url: 'u' },
    });
    expect(parseWebhookSecret('{"signing":{"current":"a"}}')).toEqual({
      kind: 'parsed',
      secret: { signing: { current: 'a' } },
    });
  });

  it('is rejected without quoting a value', () => {
    const parsed = parseWebhookSecret('{"signing":"hunter2"}');
    expect(parsed).toMatchObject({ kind: 'rejected' });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});
