/**
 * One stack over four deploys: the version before, this one, the version before, this one. Before each deploy findings lie in
 * the findings queue, the delivery queue and the retry queue, written by the version that goes and read by the one that comes.
 */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { deployArgs, STAGE } from '../../../scripts/e2e/stack-commands.ts';
import { changedWebhookSchema, webhookSchema } from '../../../shared/api/webhook-responses.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { stackName } from '../../../shared/topology/physical-names.ts';
import { aPlainFinding } from '../../builders/finding.ts';
import { cdk } from '../cdk.ts';
import {
  aFreshFinding,
  aFreshTenantId,
  type ConnectedWebhook,
  type DeployedService,
  judge,
  reachService,
  type Tenant,
  type WebhookToConnect,
} from '../deployed-service.ts';
import { readOutputs } from '../deployment.ts';
import { ops } from '../ops.ts';
import { createQueues } from '../queues.ts';
import { listDataResources } from '../stack-resources.ts';
import { createTriggers } from '../triggers.ts';
import { AFTER_A_CRASH_MILLIS, until } from '../until.ts';

const { E2E_ASSEMBLY_BEFORE: BEFORE, E2E_ASSEMBLY_NOW: NOW } = z
  .object({ E2E_ASSEMBLY_BEFORE: z.string(), E2E_ASSEMBLY_NOW: z.string() })
  .parse(process.env);

const outputs = readOutputs();
const lambda = new LambdaClient();
const queues = createQueues();
const dispatch = createTriggers(lambda, outputs.DispatchFunctionName);
const send = createTriggers(lambda, outputs.SendFunctionName);

/** Longer than it takes to stop a trigger, so that the retry is still to come when the deploy begins. */
const FAILS_ONCE = { behaviour: 'retry-after', tuning: '?seconds=20&times=1' } as const;
const FAILS_FOR_A_CYCLE = { behaviour: 'fail', tuning: '?times=4' } as const;
const OK = { behaviour: 'ok' } as const;

/** More characters than 0.1.0 reads. */
function aFindingOfLongId(): Finding {
  const finding = aFindingOfOld();
  return { ...finding, id: finding.id.padEnd(200, 'x') };
}

interface Place {
  readonly tenant: Tenant;
  readonly webhook: ConnectedWebhook;
  /** The one that it was connected with, and those of rotations. */
  readonly secrets: string[];
}

/** All that was accepted and has to arrive. */
const owed: { readonly finding: Finding; readonly at: Place }[] = [];

let service: DeployedService;
/** Of 0.1.0, each of a tenant of its own. */
const old: Record<'plain' | 'rotated' | 'exhausted' | 'gone' | 'late' | 'paused', Place> = {} as never;
/** Of this version. */
const fresh: Record<'failing' | 'long' | 'listed' | 'stopped', Place> = {} as never;
let originalResources: readonly string[];

beforeAll(async () => {
  service = await reachService();
});

afterAll(async () => {
  await service?.leave();
  lambda.destroy();
  queues.close();
});

const deploy = (assembly: string) => cdk(deployArgs(assembly));

/** The API of 0.1.0 has no such path. */
async function isThisVersion(): Promise<boolean> {
  const { api } = old.plain.tenant;
  const { statusCode } = await api.call('POST', '/v1/changes', { reads: ['/v1/webhooks'] });
  return statusCode !== 404;
}

async function aPlace(wanted: WebhookToConnect): Promise<Place> {
  const tenant = await service.aTenant(aFreshTenantId('acme'));
  const webhook = await service.connect(tenant, wanted);
  return { tenant, webhook, secrets: [webhook.signingSecret] };
}

/** The secrets before sign on for an hour. */
async function rotate({ tenant, webhook, secrets }: Place): Promise<void> {
  const request = { secret: { generate: true }, overlapSeconds: 3_600 };
  const { signingSecret } = await tenant.api.ask(
    z.looseObject({ signingSecret: z.string() }),
    'POST',
    `${webhook.path}/secret`,
    request,
  );
  secrets.push(signingSecret);
}

/** Of each of its secrets, the first first: what a receiver that knows it says of a request. */
async function judgementsOfNext(place: Place): Promise<readonly string[]> {
  const request = await untilAccepted(place, await publish(place, aFindingOfOld()));
  return place.secrets.map((secret) => judge(request, secret));
}

async function publish(at: Place, finding: Finding, isOwed = true): Promise<Finding> {
  await service.publish({ tenantId: at.tenant.tenantId, finding });
  if (isOwed) {
    owed.push({ finding, at });
  }
  return finding;
}

/** Of the fields that both versions know. */
function aFindingOfOld(): Finding {
  const { id, detectedAt } = aFreshFinding();
  return aPlainFinding({ id, detectedAt });
}

async function requestsFor({ webhook }: Place, { id }: Finding) {
  const all = await webhook.requests();
  return all.filter(({ body }) => JSON.parse(body).data.id === id);
}

/** Once a request for it was answered with 200. */
async function untilAccepted(at: Place, finding: Finding, patienceMillis?: number) {
  const look = async () => {
    const requests = await requestsFor(at, finding);
    return requests.find(({ answered }) => answered !== 'no-answer' && answered.statusCode === 200);
  };
  return until(`${finding.id} at ${at.webhook.id}`, look, patienceMillis);
}

interface OnTheWay {
  /** Each at a receiver that fails once: a row, and a message in the retry queue. */
  readonly failed: readonly (readonly [Place, Finding])[];
  /** A message for `send`. */
  readonly queued: readonly Finding[];
}

/** Beside them an event for `dispatch`. Ends with the triggers stopped. */
async function leaveOnTheWay({ failed, queued }: OnTheWay): Promise<void> {
  for (const [at, finding] of failed) {
    await publish(at, finding);
  }
  for (const [at, finding] of failed) {
    await until('a failed attempt', async () => (await requestsFor(at, finding)).length > 0 || undefined);
  }
  await queues.untilItHolds(outputs.RetryQueueUrl, failed.length);
  await send.stop();
  for (const finding of queued) {
    await publish(old.plain, finding);
  }
  await queues.untilItHolds(outputs.DeliveryQueueUrl, queued.length);
  await queues.untilEmpty(outputs.FindingsQueueUrl);
  await dispatch.stop();
  await publish(old.plain, aFindingOfOld());
  await queues.untilItHolds(outputs.FindingsQueueUrl, 1);
}

async function goOn(): Promise<void> {
  await send.start();
  await dispatch.start();
}

async function everythingOwedArrives(): Promise<void> {
  for (const { finding, at } of owed) {
    const accepted = await untilAccepted(at, finding, AFTER_A_CRASH_MILLIS);
    const requests = await requestsFor(at, finding);
    const ids = new Set(requests.map(({ headers }) => headers['webhook-id']));
    expect([...ids]).toEqual([accepted.headers['webhook-id']]);
    expect(at.secrets.map((secret) => judge(accepted, secret))).toContain('verified');
  }
}

describe('a stack of the version before', () => {
  it('connects webhooks and delivers findings', async () => {
    const [plain, rotated, exhausted, gone, late, paused] = await Promise.all([
      aPlace(OK),
      aPlace(OK),
      aPlace(FAILS_FOR_A_CYCLE),
      aPlace({ behaviour: 'gone' }),
      aPlace(FAILS_ONCE),
      aPlace(OK),
    ]);
    Object.assign(old, { plain, rotated, exhausted, gone, late, paused });
    await rotate(rotated);
    await paused.tenant.api.ask(z.unknown(), 'POST', `${paused.webhook.path}/pause`);
    await publish(paused, aFindingOfOld(), false);
    await publish(plain, aFindingOfOld());
    await publish(rotated, aFindingOfOld());
    await publish(gone, aFindingOfOld(), false);
    await publish(exhausted, aFindingOfOld());
    await until('the webhook to be disabled by 410', async () => {
      const { state } = await gone.tenant.api.ask(z.looseObject({ state: z.string() }), 'GET', gone.webhook.path);
      return state === 'disabled' || undefined;
    });
    // Held, until the webhook is enabled again.
    await publish(gone, aFindingOfOld(), false);
    const [first] = await exhausted.webhook.waitForRequests(4);
    expect(await exhausted.webhook.waitForOutcome(first)).toMatchObject({ status: 'failed', attempts: 4 });
    expect(await service.waitForMessage('ExhaustedDeliveriesUrl', exhausted.webhook.id)).toBeDefined();
    await queues.untilEmpty(outputs.FindingsQueueUrl, outputs.DeliveryQueueUrl);
  });

  it('becomes one of this version in place: whatever holds data is the same', async () => {
    originalResources = await listDataResources(stackName(STAGE));
    expect(originalResources.length).toBeGreaterThan(10);
    expect(await isThisVersion()).toBe(false);
    await leaveOnTheWay({ failed: [[old.late, aFindingOfOld()]], queued: [aFindingOfOld()] });
    await deploy(NOW);
    expect(await isThisVersion()).toBe(true);
    expect(await listDataResources(stackName(STAGE))).toEqual(expect.arrayContaining([...originalResources]));
  });
});

describe('after the upgrade', () => {
  it('what was on its way arrives', async () => {
    await goOn();
    for (const { finding, at } of owed.filter(({ at }) => at !== old.exhausted)) {
      await untilAccepted(at, finding);
    }
  });

  it('webhooks are read as they were, and signed with both of their secrets', async () => {
    const states = Object.entries(old).map(async ([name, { tenant, webhook }]) => {
      const { state, stateReason } = await tenant.api.ask(webhookSchema, 'GET', webhook.path);
      return [name, stateReason === undefined ? state : `${state}, ${stateReason}`];
    });
    expect(Object.fromEntries(await Promise.all(states))).toEqual({
      ...{ plain: 'enabled', rotated: 'enabled', exhausted: 'enabled', late: 'enabled' },
      ...{ gone: 'disabled, gone', paused: 'paused' },
    });
    expect(await judgementsOfNext(old.rotated)).toEqual(['verified', 'verified']);
  });

  it('a finding that was delivered before is known, under the same id', async () => {
    const [delivered] = owed.filter(({ at }) => at === old.plain);
    const [request] = await requestsFor(old.plain, delivered?.finding as Finding);
    await publish(old.plain, delivered?.finding as Finding, false);
    await publish(old.plain, aFindingOfOld());
    await queues.untilEmpty(outputs.FindingsQueueUrl, outputs.DeliveryQueueUrl);
    expect(await requestsFor(old.plain, delivered?.finding as Finding)).toEqual([request]);
    expect(await old.plain.webhook.waitForOutcome(request)).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  it('what failed and what was held is retried', async () => {
    expect(await service.redrive(old.exhausted.tenant.tenantId)).toBe(1);
    const { api } = old.gone.tenant;
    const { path } = old.gone.webhook;
    const { url } = await api.ask(webhookSchema, 'GET', path);
    await api.ask(changedWebhookSchema, 'PATCH', path, { url: url.replace('/gone/', '/ok/') });
    await api.ask(changedWebhookSchema, 'POST', `${path}/resume`);
    const bulk = await api.ask(z.looseObject({}), 'POST', `${path}/deliveries/retry`, { status: 'held' });
    expect(bulk).toMatchObject({ retried: 1 });
    await everythingOwedArrives();
  });
});

/** What 0.1.0 reads and what it cannot read is a table of docs/deploying.md. */
describe('going back', () => {
  const full = aFreshFinding();
  const long = aFindingOfLongId();

  it('the version before comes over it in place, and everything of this version that it does not know goes', async () => {
    await rotate(old.rotated);
    expect(await judgementsOfNext(old.rotated)).toEqual(['verified', 'verified', 'verified']);
    const [failing, ofLongId, listed, stopped] = await Promise.all([
      aPlace(FAILS_ONCE),
      aPlace(OK),
      aPlace(OK),
      aPlace(OK),
    ]);
    Object.assign(fresh, { failing, long: ofLongId, listed, stopped });
    const rule = { enabled: true, minSeverity: 'info', platforms: ['okta'] };
    await listed.tenant.api.ask(changedWebhookSchema, 'PUT', `${listed.webhook.path}/alerts`, rule);
    const about = ['--tenant', stopped.tenant.tenantId, '--webhook', stopped.webhook.id];
    expect(await ops('disable', ...about, '--apply')).toContain(stopped.webhook.id);
    const delivered = await untilAccepted(ofLongId, await publish(ofLongId, aFindingOfLongId()));
    expect(await ofLongId.webhook.waitForOutcome(delivered)).toMatchObject({ status: 'delivered' });
    await leaveOnTheWay({
      failed: [
        [old.late, aFindingOfOld()],
        [failing, full],
      ],
      queued: [aFindingOfOld(), long],
    });

    await deploy(BEFORE);
    expect(await isThisVersion()).toBe(false);
    expect(await listDataResources(stackName(STAGE))).toEqual(originalResources);
  });

  it('what was on its way arrives, but for what 0.1.0 cannot read, which is set aside whole', async () => {
    await goOn();
    for (const { finding, at } of owed.filter(({ finding }) => finding !== long)) {
      await untilAccepted(at, finding);
    }
    const { Body = '', MessageAttributes } = await service.waitForMessage('PoisonQueueUrl', long.id);
    expect(JSON.parse(Body)).toMatchObject({ finding: expect.stringContaining(long.id) });
    expect(MessageAttributes?.['reason']?.StringValue).toContain('id: must have 1 to 128 characters');
    expect(await requestsFor(old.plain, long)).toEqual([]);
  });

  it('a retry of a finding with fields that came later has them no more, under the same id', async () => {
    const [first, second] = await requestsFor(fresh.failing, full);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const [before, after] = [first, second].map((request) => JSON.parse(request?.body ?? '').data);
    expect(before).toEqual(full);
    expect(after).toEqual(aPlainFinding({ id: full.id, detectedAt: full.detectedAt }));
  });

  it('webhooks of this version are read, as far as 0.1.0 has words for them', async () => {
    const { listed, stopped, long: ofLongId } = fresh;
    const shown = await stopped.tenant.api.ask(z.looseObject({}), 'GET', stopped.webhook.path);
    expect(shown).toMatchObject({ state: 'disabled', stateReason: 'failing' });
    expect(await ofLongId.tenant.api.call('GET', ofLongId.webhook.path)).toMatchObject({ statusCode: 200 });
    const log = await ofLongId.tenant.api.call('GET', `${ofLongId.webhook.path}/deliveries`);
    expect(log).toMatchObject({ statusCode: 500 });
    // Its list says okta.
    await untilAccepted(listed, await publish(listed, { ...aFindingOfOld(), platform: 'github' }, false));
    expect(await judgementsOfNext(old.rotated)).toEqual(['wrong', 'verified', 'verified']);
  });
});

describe('this version again, while findings come', () => {
  it('loses none of them', async () => {
    let isDeployed = false;
    const published = (async () => {
      let count = 0;
      while (!isDeployed) {
        await publish(old.plain, aFindingOfOld());
        count += 1;
      }
      return count;
    })();
    await deploy(NOW).finally(() => {
      isDeployed = true;
    });
    expect(await published).toBeGreaterThan(10);
    expect(await isThisVersion()).toBe(true);
    expect(await listDataResources(stackName(STAGE))).toEqual(expect.arrayContaining([...originalResources]));
  });

  it('reads what 0.1.0 could not', async () => {
    const moved = await queues.move(outputs.PoisonQueueUrl, outputs.DeliveryQueueUrl);
    expect(moved).toHaveLength(1);
    const { tenant, webhook } = fresh.long;
    expect(await tenant.api.call('GET', `${webhook.path}/deliveries`)).toMatchObject({ statusCode: 200 });
    expect(await judgementsOfNext(old.rotated)).toEqual(['verified', 'verified', 'verified']);
  });

  it(
    'has delivered everything that was ever accepted, each finding under one id',
    async () => {
      expect(owed.length).toBeGreaterThan(30);
      await everythingOwedArrives();
      await queues.untilEmpty(outputs.FindingsQueueUrl, outputs.DeliveryQueueUrl, outputs.RetryQueueUrl);
      await queues.untilEmpty(outputs.FindingsDlqUrl, outputs.PoisonQueueUrl, outputs.ExhaustedDeliveriesUrl);
    },
    2 * AFTER_A_CRASH_MILLIS,
  );
});
