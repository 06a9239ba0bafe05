/**
 * What docs/scale.md says of a lost region, tried: what waits, what is not there in the other region, what an operator does
 * in which order, and what comes twice once the region is back.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { deployArgs } from '../../../scripts/e2e/stack-commands.ts';
import {
  changedWebhookSchema,
  webhookListSchema,
  webhookSchema,
} from '../../../shared/api/webhook-responses.schema.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../../shared/topology/findings-source.ts';
import { cdk } from '../cdk.ts';
import {
  aFreshFinding,
  aFreshTenantId,
  type ConnectedWebhook,
  type DeployedService,
  judge,
  reachService,
  type Tenant,
} from '../deployed-service.ts';
import { readOutputs } from '../deployment.ts';
import { opsIn } from '../ops.ts';
import { createQueues } from '../queues.ts';
import { AFTER_A_CRASH_MILLIS, until } from '../until.ts';

const { E2E_PRIMARY_PROCESS_GROUP: GROUP, ...STANDBY } = z
  .object({
    E2E_PRIMARY_PROCESS_GROUP: z.coerce.number().int().positive(),
    E2E_STANDBY_ENV_FILE: z.string(),
    E2E_STANDBY_OUTPUTS_FILE: z.string(),
    E2E_STANDBY_ASSEMBLY: z.string(),
  })
  .parse(process.env);

const standbyEnv = z
  .record(z.string(), z.string())
  .and(z.object({ AWS_ENDPOINT_URL: z.url(), AWS_REGION: z.string() }))
  .parse(JSON.parse(readFileSync(STANDBY.E2E_STANDBY_ENV_FILE, 'utf8')));
const whereabouts = { endpoint: standbyEnv.AWS_ENDPOINT_URL, region: standbyEnv.AWS_REGION };

/** How long a publisher waits for an answer before it repeats. */
const PUBLISHER_PATIENCE_MILLIS = 3_000;

const outputs = readOutputs();
const queues = createQueues();
const folder = mkdtempSync(join(tmpdir(), 'lost-region-'));
const exported = join(folder, 'acme.ndjson');

let service: DeployedService;
let standby: DeployedService;
/** The same tenant in both regions. */
let tenant: Tenant;
let tenantThere: Tenant;
let webhook: ConnectedWebhook;
let failing: ConnectedWebhook;
let webhookThere: ConnectedWebhook;

/** Accepted in the first region, not delivered when it was lost. */
const accepted = Array.from({ length: 20 }, () => aFreshFinding());
/** One of them, of which the publisher did not get the answer: it repeats it in the second region. */
const unsure = accepted.at(-1) as Finding;
/** Put into the first region when it did not answer any more. */
const refused = aFreshFinding();

beforeAll(async () => {
  service = await reachService();
});

afterAll(async () => {
  wake();
  await service?.leave();
  await standby?.leave();
  queues.close();
  rmSync(folder, { recursive: true });
});

/** The emulator and its functions, in the middle of whatever they do. */
function lose(): void {
  process.kill(-GROUP, 'SIGSTOP');
}

function wake(): void {
  process.kill(-GROUP, 'SIGCONT');
}

/** As a publisher, which gives up when there is no answer. */
async function putIntoFirstRegion(finding: Finding): Promise<unknown> {
  const client = new EventBridgeClient({ maxAttempts: 1 });
  const Detail = JSON.stringify({ tenantId: tenant.tenantId, finding });
  const { FindingsBusName: EventBusName } = outputs;
  const Entries = [{ EventBusName, Source: FINDING_SOURCE, DetailType: FINDING_DETAIL_TYPE, Detail }];
  return client.send(new PutEventsCommand({ Entries }), {
    abortSignal: AbortSignal.timeout(PUBLISHER_PATIENCE_MILLIS),
  });
}

async function findingsAt(one: ConnectedWebhook): Promise<readonly string[]> {
  return (await one.requests()).map(({ body }) => JSON.parse(body).data.id);
}

function exportedLines(kind: string): readonly Record<string, unknown>[] {
  const lines = readFileSync(exported, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line)).filter((line) => line.kind === kind);
}

describe('before the region is lost', () => {
  it('a tenant is exported, with its webhooks and deliveries, and no secret', async () => {
    tenant = await service.aTenant(aFreshTenantId('acme'));
    webhook = await service.connect(tenant, { behaviour: 'ok', minSeverity: 'low' });
    failing = await service.connect(tenant, { behaviour: 'retry-after', tuning: '?seconds=10&times=1' });
    const finding = aFreshFinding();
    await service.publish({ tenantId: tenant.tenantId, finding });
    const [request] = await webhook.waitForRequests(1);
    expect(await webhook.waitForOutcome(request)).toMatchObject({ status: 'delivered' });
    const [, second] = await failing.waitForRequests(2);
    await failing.waitForOutcome(second);
    await opsIn(process.env, 'export', '--tenant', tenant.tenantId, '--file', exported);
    expect(existsSync(exported)).toBe(true);
    expect(exportedLines('webhook').map(({ sk }) => sk)).toEqual(
      [`WEBHOOK#${webhook.id}`, `WEBHOOK#${failing.id}`].sort(),
    );
    expect(exportedLines('delivery')).toHaveLength(2);
    for (const { signingSecret } of [webhook, failing]) {
      expect(readFileSync(exported, 'utf8')).not.toContain(signingSecret);
    }
  });
});

describe('while the region is away', () => {
  it('a publisher gets no answer, while what was accepted waits', async () => {
    await service.publish(...accepted.slice(0, 10).map((finding) => ({ tenantId: tenant.tenantId, finding })));
    await service.publish(...accepted.slice(10).map((finding) => ({ tenantId: tenant.tenantId, finding })));
    lose();
    await expect(putIntoFirstRegion(refused)).rejects.toThrow();
    expect((await findingsAt(webhook)).length).toBeLessThan(1 + accepted.length);
  });

  it('the stage is deployed in the second region, where no tenant, webhook or secret is', async () => {
    await cdk(deployArgs(STANDBY.E2E_STANDBY_ASSEMBLY, STANDBY.E2E_STANDBY_OUTPUTS_FILE), standbyEnv);
    const there = readOutputs('E2E_STANDBY_OUTPUTS_FILE');
    standby = await reachService(there, whereabouts);
    tenantThere = await standby.aTenant(tenant.tenantId);
    expect(await tenantThere.api.ask(webhookListSchema, 'GET', '/v1/webhooks')).toMatchObject({ webhooks: [] });
    const secrets = new SecretsManagerClient(whereabouts);
    const Filters = [{ Key: 'name' as const, Values: [there.SecretPrefix] }];
    const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ Filters }));
    expect(SecretList.map(({ Name }) => Name)).toEqual([expect.stringMatching(/cursor-key$/)]);
  });

  it('a token of the first region opens nothing in the second', async () => {
    // Signed in before the region was lost: its pool is not the other's.
    expect(await standby.apiClient(tenant.token).call('GET', '/v1/webhooks')).toMatchObject({ statusCode: 401 });
  });

  it('webhooks are connected again by what was exported, under other ids and secrets', async () => {
    const [settings] = exportedLines('webhook').filter(({ sk }) => sk === `WEBHOOK#${webhook.id}`);
    // The service's own note, of when alerts were turned on, is not a setting.
    const { since: _since, ...rule } = z.looseObject({}).parse(settings?.['alerts']);
    expect(rule).toEqual({ enabled: true, minSeverity: 'low' });
    webhookThere = await standby.connect(tenantThere, { behaviour: 'ok' });
    await tenantThere.api.ask(changedWebhookSchema, 'PUT', `${webhookThere.path}/alerts`, rule);
    const { alerts } = await tenantThere.api.ask(webhookSchema, 'GET', webhookThere.path);
    expect(alerts).toMatchObject(rule);
    expect(webhookThere.id).not.toBe(webhook.id);
    expect(webhookThere.signingSecret).not.toBe(webhook.signingSecret);
  });

  it('findings that are put there are delivered there, signed with the new secret', async () => {
    const { tenantId } = tenant;
    await standby.publish({ tenantId, finding: unsure }, { tenantId, finding: refused });
    for (const request of await webhookThere.waitForRequests(2)) {
      expect(judge(request, webhookThere.signingSecret)).toBe('verified');
      expect(judge(request, webhook.signingSecret)).toBe('wrong');
    }
    expect((await findingsAt(webhookThere)).toSorted()).toEqual([unsure.id, refused.id].toSorted());
  });
});

describe('when the region is back', () => {
  it(
    'everything that it had accepted is delivered, at least once and under one id',
    async () => {
      wake();
      for (const one of [webhook, failing]) {
        for (const { id } of accepted) {
          const look = async () =>
            (await one.requests()).find(
              ({ body, answered }) =>
                JSON.parse(body).data.id === id && answered !== 'no-answer' && answered.statusCode === 200,
            );
          await until(`${id} at ${one.id}`, look, AFTER_A_CRASH_MILLIS);
          const requests = (await one.requests()).filter(({ body }) => JSON.parse(body).data.id === id);
          expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
        }
      }
    },
    2 * AFTER_A_CRASH_MILLIS,
  );

  it('its queues run empty, and a finding that went both ways has come twice, under two ids', async () => {
    await queues.untilEmpty(outputs.FindingsQueueUrl, outputs.DeliveryQueueUrl, outputs.RetryQueueUrl);
    const ofUnsure = async (one: ConnectedWebhook) =>
      (await one.requests()).find(({ body }) => JSON.parse(body).data.id === unsure.id);
    const here = await until('the finding that went both ways', () => ofUnsure(webhook));
    const there = await ofUnsure(webhookThere);
    expect(there?.body).toBe(here.body);
    expect(there?.headers['webhook-id']).not.toBe(here.headers['webhook-id']);
  });

  it('the first webhook is deleted then, and the second goes on', async () => {
    expect(await tenant.api.call('DELETE', webhook.path)).toMatchObject({ statusCode: 204 });
    const finding = aFreshFinding();
    await standby.publish({ tenantId: tenant.tenantId, finding });
    await webhookThere.waitForRequests(3);
    expect((await findingsAt(webhookThere)).at(-1)).toBe(finding.id);
    const here = await findingsAt(webhook);
    expect(here.filter((id) => [finding.id, refused.id].includes(id))).toEqual([]);
  });
});
