/**
 * The whole service by seeds: the real handlers on queues and tables that fail, repeat and reorder. `SEEDS=20000` runs
 * more of them, `SEED=4711` replays one. A run that finds nothing proves nothing by itself, so guards are taken away
 * here one by one, and each time a run must break.
 */
import { describe, expect, it } from 'vitest';
import { isDigest } from '../../../shared/delivery/row-change.ts';
import { LATER_EVENTS } from '../../../shared/finding/lifecycle.ts';
import type { OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import { ABSENT, any, equals, PRESENT } from '../../../shared/runtime/condition.ts';
import type { TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import type { WebhookStore } from '../../../shared/webhook/webhook-store.port.ts';
import { aTenantId } from '../../builders/finding.ts';
import { runs } from '../../thorough.ts';
import type { Sabotage } from './functions.ts';
import { runSeeds } from './run-seeds.ts';
import { simulate } from './simulate.ts';

const count = Number(process.env['SEEDS'] ?? runs(250));
const onlySeed = process.env['SEED'];

describe.runIf(onlySeed !== undefined)('one seed', () => {
  it(`${onlySeed} keeps every promise`, async () => {
    await simulate(Number(onlySeed));
  });
});

describe.runIf(onlySeed === undefined)('by seeds', () => {
  it(`keeps every promise in ${count} runs, and in 250 or more sees every fault and every line of the table`, async () => {
    const totals = await runSeeds({ from: 1, count });
    expect(totals.seeds).toBe(count);
    expect(totals.deliveries).toBeGreaterThan(count);
  });

  it('gives the same run for the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7));
  });
});

const ENOUGH_SEEDS = 500;

/** Few runs meet these: their search begins where one did, and goes on for as long as the others' if it no longer does. */
const FIRST_SEEDS: Readonly<Record<string, number>> = {
  'poison that vanishes because the dead-letter queue did not take it': 230,
  'a retry by hand whose message is lost, without a reconciler': 30,
  'a delivery that waits and whose failed send is swallowed': 100,
  'rows that the batch write left out and that are taken for written': 150,
  'a change that writes over another’s': 90,
  'a secret that moves along to another destination': 100,
};

describe.runIf(onlySeed === undefined)('notices', () => {
  const broken: readonly (readonly [string, RegExp, Sabotage])[] = [
    [
      'a dispatch that swallows a failed send',
      /lost: accepted, and nothing on record/,
      {
        dispatch: (deps) => ({
          ...deps,
          queues: { enqueueAll: (deliveries) => deps.queues.enqueueAll(deliveries).catch(() => new Set()) },
        }),
      },
    ],
    [
      'poison that vanishes because the dead-letter queue did not take it',
      /a malformed message vanished/,
      {
        send: (deps) => ({ ...deps, poison: { put: (...args) => deps.poison.put(...args).catch(() => {}) } }),
      },
    ],
    [
      'a retry whose failed send is swallowed, once no reconciler makes up for it',
      /never comes to rest: a row is pending/,
      {
        withoutReconcile: true,
        send: (deps) => ({
          ...deps,
          retryQueue: { enqueueRetry: (...args) => deps.retryQueue.enqueueRetry(...args).catch(() => {}) },
        }),
      },
    ],
    [
      'a retry by hand whose message is lost, without a reconciler',
      /never comes to rest: a row is pending/,
      { withoutReconcile: true },
    ],
    [
      'a delivery that waits and whose failed send is swallowed',
      /lost: accepted, and nothing on record/,
      {
        send: (deps) => ({
          ...deps,
          delayQueues: { enqueueLater: (...args) => deps.delayQueues.enqueueLater(...args).catch(() => {}) },
        }),
      },
    ],
    [
      'a turn that is always now',
      /a POST before its turn/,
      {
        send: (deps) => ({
          ...deps,
          lines: {
            async takeTurn(tenantId, webhookId, change) {
              const at = await deps.lines.takeTurn(tenantId, webhookId, change);
              return at === undefined || change.end === 'retryTurnAt' ? at : Math.min(at, deps.clock.now());
            },
          },
        }),
      },
    ],
    [
      'a redrive message that is marked as sent although it was not',
      /failed without a redrive message/,
      {
        send: (deps) => ({
          ...deps,
          redriveQueue: {
            sendRedriveMessage: (...args) => deps.redriveQueue.sendRedriveMessage(...args).catch(() => {}),
          },
        }),
      },
    ],
    [
      'writes without their condition',
      /seed \d+: /,
      {
        send: (deps) => ({
          ...deps,
          log: {
            ...deps.log,
            async write(_tenantId, { row }) {
              await deps.log.putAll([row]);
              return 'written';
            },
          },
        }),
      },
    ],
    [
      'a record that failed and is taken for written',
      /seed \d+: /,
      {
        send: (deps) => ({
          ...deps,
          log: { ...deps.log, write: (...args) => deps.log.write(...args).catch(() => 'written' as const) },
        }),
      },
    ],
    [
      'a conflict that is taken for written',
      /seed \d+: /,
      {
        send: (deps) => ({
          ...deps,
          log: { ...deps.log, write: (...args) => deps.log.write(...args).then(() => 'written' as const) },
        }),
      },
    ],
    [
      'rows that the batch write left out and that are taken for written',
      /lost: accepted, and nothing on record/,
      {
        send: (deps) => ({
          ...deps,
          log: { ...deps.log, putAll: (rows) => deps.log.putAll(rows).then(() => new Set()) },
        }),
      },
    ],
    [
      'an attempt before its time',
      /ms before its time/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) => {
                if (reading.kind === 'unread' || reading.row === undefined) {
                  return reading;
                }
                const { nextAttemptAt: _time, ...row } = reading.row;
                return { ...reading, row };
              });
            },
          },
        }),
      },
    ],
    [
      'an attempt at what is delivered',
      /a POST after "delivered" was read/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) =>
                reading.kind === 'read' && reading.row?.status === 'delivered'
                  ? { ...reading, row: undefined }
                  : reading,
              );
            },
          },
        }),
      },
    ],
    [
      'a POST too many',
      // At a webhook of a pace it is noticed at once: the second has no turn.
      /\d+ POSTs where \d+ are the most|a POST before its turn/,
      {
        send: (deps) => ({
          ...deps,
          client: {
            async send(request, deadlineMillis) {
              const first = await deps.client.send(request, deadlineMillis);
              return isSigned(request) ? first : deps.client.send(stampedAt(request, deps.clock.now()), deadlineMillis);
            },
          },
        }),
      },
    ],
    [
      'a finding that reaches another tenant',
      /account-of-(acme|initech) reached wh-\d.globex.example/,
      {
        send: (deps) => ({
          ...deps,
          client: {
            send: (request, deadlineMillis) =>
              deps.client.send({ ...request, url: request.url.replace(/acme|initech/, 'globex') }, deadlineMillis),
          },
        }),
      },
    ],
    [
      'a secret in the logs',
      /seed \d+: api-key-of/,
      {
        send: (deps) => ({
          ...deps,
          client: {
            send(request, deadlineMillis) {
              deps.telemetry.warn('delivery.posted', { apiKey: request.headers['x-api-key'] ?? '' });
              return deps.client.send(request, deadlineMillis);
            },
          },
        }),
      },
    ],
    [
      'a body that differs from attempt to attempt',
      /the body differs/,
      {
        send: (deps) => ({
          ...deps,
          client: {
            send: (request, deadlineMillis) =>
              deps.client.send(isSigned(request) ? request : { ...request, body: unlike(request) }, deadlineMillis),
          },
        }),
      },
    ],
    [
      'marks that are written whatever is stored',
      /revision \d+ was sent after \d+|two events of a finding at once/,
      {
        send: (deps) => ({
          ...deps,
          marks: {
            advance: (tenantId, webhookId, findingId, { set }) =>
              deps.marks.advance(tenantId, webhookId, findingId, { set, when: any(ABSENT, PRESENT) }),
          },
        }),
      },
    ],
    [
      'a resolution that leaves no mark where nothing was sent',
      /revision \d+ was sent after \d+|kept from a webhook that got the finding/,
      {
        send: (deps) => ({
          ...deps,
          marks: {
            async advance(tenantId, webhookId, findingId, change) {
              return change.set.deliveryId === undefined
                ? { kind: 'written' }
                : deps.marks.advance(tenantId, webhookId, findingId, change);
            },
          },
        }),
      },
    ],
    [
      'a mark that forgets that the finding was opened',
      /kept from a webhook that got the finding/,
      {
        send: (deps) => ({
          ...deps,
          marks: {
            advance(tenantId, webhookId, findingId, { set: { isOpened: _forgotten, ...set }, when }) {
              return deps.marks.advance(tenantId, webhookId, findingId, { set, when });
            },
          },
        }),
      },
    ],
    [
      'an event that a webhook does not want any more',
      /an event that the webhook did not choose|the body says/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) =>
                reading.kind === 'read' && reading.webhook !== undefined
                  ? { ...reading, webhook: { ...reading.webhook, payloadVersion: 2, events: LATER_EVENTS } }
                  : reading,
              );
            },
          },
        }),
      },
    ],
    [
      'a superseded delivery that is not counted',
      /\d+ superseded, \d+ counted/,
      {
        send: (deps) => ({
          ...deps,
          telemetry: {
            ...deps.telemetry,
            count: (metric, value) => (metric === 'delivery.superseded' ? {} : deps.telemetry.count(metric, value)),
          },
        }),
      },
    ],
    [
      'a digest that forgets whom it has chosen',
      /a later attempt of a digest has more findings|a digest has other findings without a claim/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) => {
                if (reading.kind === 'unread' || reading.row?.status !== 'pending') {
                  return reading;
                }
                const { digestMembers: _forgotten, ...row } = reading.row;
                return { ...reading, row };
              });
            },
          },
        }),
      },
    ],
    [
      'a finding that does not know that it waits for a digest',
      /a delivery leaves a digest that may send it/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) => {
                if (reading.kind === 'unread' || reading.row?.digestId === undefined) {
                  return reading;
                }
                const { digestId: _forgotten, digestEndsAt: _with, ...row } = reading.row;
                return { ...reading, row };
              });
            },
          },
        }),
      },
    ],
    [
      'a critical finding that waits for a digest',
      /a critical finding waits for a digest/,
      {
        send: (deps) => ({
          ...deps,
          reader: {
            async read(keys) {
              const readings = await deps.reader.read(keys);
              return readings.map((reading) =>
                reading.kind === 'read' && reading.webhook?.digest !== undefined
                  ? { ...reading, webhook: { ...reading.webhook, firstSync: 'digest', createdAt: Number.MAX_VALUE } }
                  : reading,
              );
            },
          },
        }),
      },
    ],
    [
      'a finding that ends otherwise than the digest that has it',
      /although it was in dlv_\w+, which was delivered/,
      {
        send: (deps) => ({
          ...deps,
          log: {
            ...deps.log,
            write(tenantId, { row, when }) {
              const isMember = row.digestId !== undefined && row.status === 'delivered';
              const written = isMember ? ({ ...row, status: 'cancelled', reason: 'webhook-paused' } as const) : row;
              return deps.log.write(tenantId, { row: written, when });
            },
          },
        }),
      },
    ],
    [
      'a digest that is counted beside its findings',
      /\d+ ended as delivered, \d+ are counted/,
      {
        send: (deps) => ({
          ...deps,
          log: {
            ...deps.log,
            async write(tenantId, change) {
              const outcome = await deps.log.write(tenantId, change);
              if (outcome === 'written' && isDigest(change.row) && change.row.status === 'delivered') {
                deps.telemetry.count('delivery.delivered');
              }
              return outcome;
            },
          },
        }),
      },
    ],
    [
      'a mark of a notice that is written over another',
      /two notices that it fails within/,
      {
        dispatch: (deps) => ({
          ...deps,
          notices: {
            ...deps.notices,
            find: async () => undefined,
            async replace(tenantId, webhookId, _before, mark) {
              const before = await deps.notices.find(tenantId, webhookId);
              return deps.notices.replace(tenantId, webhookId, before, mark);
            },
          },
        }),
      },
    ],
    [
      'a notice that is lost once its mark is written',
      /the notice of evt-\d+ was never queued/,
      {
        dispatch: (deps) => ({
          ...deps,
          notices: {
            ...deps.notices,
            async replace(tenantId, webhookId, before, mark) {
              await deps.notices.replace(tenantId, webhookId, before, mark);
              return 'conflict';
            },
            // The event does not find its own mark again.
            async find(tenantId, webhookId) {
              const mark = await deps.notices.find(tenantId, webhookId);
              return mark && { ...mark, eventId: 'another' };
            },
          },
        }),
      },
    ],
    [
      'a key that no longer signs',
      /not signed with the keys that the webhook shows/,
      {
        send: (deps) => ({
          ...deps,
          secrets: {
            async read(tenantId, reference) {
              const { signingKeys: _forgotten, ...secret } = await deps.secrets.read(tenantId, reference);
              return secret;
            },
          },
        }),
      },
    ],
    [
      'an item that names a secret before it is stored',
      /the item names \S+, which does not exist/,
      {
        api: (deps) => ({
          ...deps,
          secrets: {
            ...deps.secrets,
            replace: async (_tenantId, { arn }, versionId) => ({ arn, versionId }),
          },
        }),
      },
    ],
    [
      'a deletion that begins with the secret',
      /the item names \S+, which does not exist/,
      {
        api: (deps) => ({
          ...deps,
          webhooks: {
            ...deps.webhooks,
            async remove(tenantId, webhook) {
              await deps.secrets.remove(tenantId, webhook.webhookId);
              return deps.webhooks.remove(tenantId, webhook);
            },
          },
        }),
      },
    ],
    [
      'a change that writes over another’s',
      /changed in spite of an If-Match that had become outdated|the secret that was shown is not the one that signs/,
      {
        api: (deps) => ({
          ...deps,
          webhooks: {
            ...deps.webhooks,
            async update(tenantId, webhookId, { set, ...update }) {
              const revision = (await deps.webhooks.find(tenantId, webhookId))?.revision ?? 0;
              const over = { ...update, set: { ...set, revision: revision + 1 }, when: equals('revision', revision) };
              return deps.webhooks.update(tenantId, webhookId, over);
            },
          },
        }),
      },
    ],
    [
      'a key that is forgotten',
      /a repeated request (connected|was answered with) another webhook/,
      {
        api: (deps) => ({ ...deps, requests: { ...deps.requests, begin: async () => undefined } }),
      },
    ],
    [
      'a secret that moves along to another destination',
      // Of its keys it is noticed at the next POST, which is signed with more than the webhook shows.
      /a secret moved along|not signed with the keys/,
      {
        api: (deps) => ({
          ...deps,
          secrets: {
            ...deps.secrets,
            async replace(tenantId, inUse, versionId, secret) {
              const before = await deps.secrets.read(tenantId, inUse);
              return deps.secrets.replace(tenantId, inUse, versionId, { ...before, ...secret });
            },
          },
        }),
      },
    ],
    [
      'a retry for a webhook that is paused',
      /re-opened although its webhook may not be sent to/,
      {
        api: (deps) => ({
          ...deps,
          webhooks: {
            ...deps.webhooks,
            async find(tenantId, webhookId) {
              const webhook = await deps.webhooks.find(tenantId, webhookId);
              return webhook && { ...webhook, state: { kind: 'enabled' } };
            },
          },
        }),
      },
    ],
    [
      'a caller who is taken for another tenant',
      /another tenant’s webhook was changed/,
      {
        api: (deps) => ({
          ...deps,
          webhooks: {
            ...deps.webhooks,
            find: (tenantId, webhookId) => findAnywhere(deps.webhooks, tenantId, webhookId),
            async update(tenantId, webhookId, update) {
              const owner = (await findAnywhere(deps.webhooks, tenantId, webhookId))?.tenantId ?? tenantId;
              return deps.webhooks.update(owner, webhookId, update);
            },
          },
        }),
      },
    ],
  ];

  it.each(broken)('%s', async (name, message, sabotage) => {
    const from = FIRST_SEEDS[name] ?? 1;
    await expect(runSeeds({ from, count: ENOUGH_SEEDS, sabotage })).rejects.toThrow(message);
  });
});

async function findAnywhere({ find }: Pick<WebhookStore, 'find'>, tenantId: TenantId, webhookId: WebhookId) {
  const everywhere = [tenantId, ...['acme', 'globex', 'initech'].map(aTenantId)];
  const found = await Promise.all(everywhere.map((tenant) => find(tenant, webhookId)));
  return found.find((webhook) => webhook !== undefined);
}

function isSigned({ headers }: OutgoingRequest): boolean {
  return headers['x-thalian-signature'] !== undefined;
}

function unlike({ headers, body }: OutgoingRequest): string {
  return body.replace('{', `{"sent":${headers['webhook-timestamp']},`);
}

function stampedAt(request: OutgoingRequest, nowMillis: number): OutgoingRequest {
  return { ...request, headers: { ...request.headers, 'webhook-timestamp': String(Math.floor(nowMillis / 1000)) } };
}
