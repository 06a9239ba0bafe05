/** Two or three requests about one webhook: whatever the order of their calls and answers, its secret is there and right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../../functions/api/dependencies.ts';
import { runs } from '../thorough.ts';
import { race } from './deferred.ts';
import { WebhookRace } from './webhook-race.ts';

/** `npm run proof` sets more. */
const RUNS = Number(process.env['RACES'] ?? runs(100));
const ONE = '/v1/webhooks/wh_siem';
const SIGNED = { signing: { current: 'the-secret-of-before' }, headers: { 'x-key': 'the-key-of-before' } };

type Party = (at: WebhookRace) => Promise<void>;

const rotates: Party = (at) => at.ask('POST', `${ONE}/secret`, { body: { secret: { generate: true } } });
const removesSecret: Party = (at) => at.ask('DELETE', `${ONE}/secret`);
const deletes: Party = (at) => at.ask('DELETE', ONE);
const pauses: Party = (at) => at.ask('POST', `${ONE}/pause`);
const connects: Party = (at) =>
  at.ask('POST', '/v1/webhooks', {
    body: { name: 'SIEM', url: 'https://siem.example/in', secret: { generate: true } },
    headers: { 'idempotency-key': 'one and the same' },
  });
const movesElsewhere: Party = (at) =>
  at.ask('PATCH', ONE, {
    body: { url: 'https://elsewhere.example/in', secret: { generate: true }, headers: null },
  });

const MEETINGS: readonly { readonly name: string; readonly parties: readonly Party[] }[] = [
  { name: 'two rotations', parties: [rotates, rotates] },
  { name: 'three rotations', parties: [rotates, rotates, rotates] },
  { name: 'a rotation and a removal of the secret', parties: [rotates, removesSecret] },
  { name: 'a rotation and a change of the destination', parties: [rotates, movesElsewhere] },
  { name: 'a rotation and a deletion', parties: [rotates, deletes] },
  { name: 'two rotations and a deletion', parties: [rotates, rotates, deletes] },
  { name: 'a deletion and a pause', parties: [deletes, pauses] },
  { name: 'two deletions', parties: [deletes, deletes] },
];

describe.each([
  ['with a secret', SIGNED],
  ['without', undefined],
])('a webhook %s keeps naming what is there when these meet:', (_what, secret) => {
  it.each(MEETINGS)('$name', async ({ parties }) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const meeting = new WebhookRace(scheduler);
        await meeting.connected(secret);
        await race(
          scheduler,
          parties.map((party) => party(meeting)),
        );
        expect(meeting.brokenAtRest()).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

describe('connecting twice under one key', () => {
  it('connects one webhook, and shows its secret to one caller at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const meeting = new WebhookRace(scheduler);
        await race(scheduler, [connects(meeting), connects(meeting)]);
        expect(meeting.brokenAtRest()).toBeUndefined();
        expect(meeting.webhooks).toHaveLength(1);
        const { responses } = meeting;
        expect(responses.filter(({ json }) => json.signingSecret !== undefined)).toHaveLength(1);
        expect(responses.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the race notices', () => {
  const broken: readonly (readonly [string, string, (deps: ApiDependencies) => ApiDependencies])[] = [
    [
      'an item that names a secret before it is stored',
      'which does not exist',
      (deps) => ({
        ...deps,
        secrets: { ...deps.secrets, replace: async (_tenantId, { arn }, versionId) => ({ arn, versionId }) },
      }),
    ],
    [
      'a secret that outlives its webhook',
      'leaves its secret behind',
      (deps) => ({ ...deps, secrets: { ...deps.secrets, remove: async () => true } }),
    ],
  ];

  it.each(broken)('%s', async (_what, words, sabotage) => {
    const meet = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const meeting = new WebhookRace(scheduler, sabotage);
      await meeting.connected(SIGNED);
      await race(scheduler, [rotates(meeting), deletes(meeting)]);
      expect(meeting.brokenAtRest() ?? '').not.toContain(words);
    });
    const { failed } = await fc.check(meet, { numRuns: RUNS });
    expect(failed).toBe(true);
  });
});
