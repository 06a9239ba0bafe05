/** Two stages of one account: neither has anything of the other, hears of it, or needs it. */
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { destroyArgs, STAGE, STAGE_BESIDE } from '../../../scripts/e2e/stack-commands.ts';
import { webhookListSchema } from '../../../shared/api/webhook-responses.schema.ts';
import { stackName } from '../../../shared/topology/physical-names.ts';
import { cdk } from '../cdk.ts';
import {
  aFreshFinding,
  aFreshTenantId,
  type ConnectedWebhook,
  type DeployedService,
  reachService,
  type Tenant,
} from '../deployed-service.ts';
import { readOutputs } from '../deployment.ts';
import { createQueues } from '../queues.ts';

const ASSEMBLY_BESIDE = z.string().parse(process.env['E2E_ASSEMBLY_BESIDE']);

/** Their names count within a user pool and an API. */
const WITHIN_ANOTHER: ReadonlySet<string> = new Set(['AWS::Cognito::UserPoolGroup', 'AWS::ApiGatewayV2::Stage']);

/** The same tenant in both. */
const TENANT = aFreshTenantId('acme');

interface Side {
  readonly stage: string;
  readonly outputs: ReturnType<typeof readOutputs>;
  readonly service: DeployedService;
  readonly tenant: Tenant;
  readonly webhook: ConnectedWebhook;
}

const queues = createQueues();
let here: Side;
let there: Side;

beforeAll(async () => {
  const open = async (stage: string, variable: string): Promise<Side> => {
    const outputs = readOutputs(variable);
    const service = await reachService(outputs);
    const tenant = await service.aTenant(TENANT);
    return { stage, outputs, service, tenant, webhook: await service.connect(tenant, { behaviour: 'ok' }) };
  };
  here = await open(STAGE, 'E2E_OUTPUTS_FILE');
  there = await open(STAGE_BESIDE, 'E2E_OUTPUTS_FILE_BESIDE');
});

afterAll(async () => {
  await here?.service.leave();
  queues.close();
});

async function publish({ service, tenant: { tenantId } }: Side): Promise<string> {
  const finding = aFreshFinding();
  await service.publish({ tenantId, finding });
  return finding.id;
}

/** Of findings, once so many are there. */
async function received({ webhook }: Side, count: number): Promise<readonly string[]> {
  const requests = await webhook.waitForRequests(count);
  return requests.map(({ body }) => JSON.parse(body).data.id);
}

async function untilNothingMoves(...sides: readonly Side[]): Promise<void> {
  for (const { outputs } of sides) {
    await queues.untilEmpty(outputs.FindingsQueueUrl, outputs.DeliveryQueueUrl, outputs.RetryQueueUrl);
  }
}

async function physicalIds({ stage }: Side): Promise<readonly string[]> {
  const client = new CloudFormationClient();
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stackName(stage) }));
  return StackResources.filter(({ ResourceType = '' }) => !WITHIN_ANOTHER.has(ResourceType)).map(
    ({ ResourceType, PhysicalResourceId }) => `${ResourceType} ${PhysicalResourceId}`,
  );
}

describe('two stages in one account', () => {
  it('have no resource in common, and their functions are given nothing of the other', async () => {
    const [ours, theirs] = [await physicalIds(here), await physicalIds(there)];
    expect(ours.length).toBeGreaterThan(50);
    expect(ours.filter((id) => theirs.includes(id))).toEqual([]);
    const lambda = new LambdaClient();
    for (const [side, other] of [
      [here, there],
      [there, here],
    ] as const) {
      const { DispatchFunctionName, SendFunctionName, ReconcileFunctionName, ApiFunctionName } = side.outputs;
      for (const FunctionName of [DispatchFunctionName, SendFunctionName, ReconcileFunctionName, ApiFunctionName]) {
        const { Environment, Role } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
        const given = JSON.stringify([Environment, Role]);
        expect(given).toContain(stackName(side.stage));
        expect(given).not.toContain(stackName(other.stage));
      }
    }
  });

  it('deliver what is published on their own bus, and nothing else', async () => {
    const [ours, theirs] = [await publish(here), await publish(there)];
    expect(await received(here, 1)).toEqual([ours]);
    expect(await received(there, 1)).toEqual([theirs]);
    await untilNothingMoves(here, there);
    expect([await received(here, 1), await received(there, 1)]).toEqual([[ours], [theirs]]);
  });

  it('know their own users and webhooks', async () => {
    for (const [side, other] of [
      [here, there],
      [there, here],
    ] as const) {
      const { webhooks } = await side.tenant.api.ask(webhookListSchema, 'GET', '/v1/webhooks');
      expect(webhooks.map(({ id }) => id)).toEqual([side.webhook.id]);
      expect(await side.tenant.api.call('GET', other.webhook.path)).toMatchObject({ statusCode: 404 });
      const { id: token } = await other.service.signInNew(aFreshTenantId('globex'), 'webhooks-read');
      expect(await side.service.apiClient(token).call('GET', '/v1/webhooks')).toMatchObject({ statusCode: 401 });
    }
  });
});

describe('of two stages', () => {
  it('one goes while the other has a retry to come, and takes nothing with it', async () => {
    const failing = await here.service.connect(here.tenant, {
      behaviour: 'retry-after',
      tuning: '?seconds=15&times=1',
    });
    const before = await publish(here);
    const [first] = await failing.waitForRequests(1);
    await there.service.leave();
    await cdk(destroyArgs(ASSEMBLY_BESIDE));

    const [, second] = await failing.waitForRequests(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(await failing.waitForOutcome(second)).toMatchObject({ status: 'delivered', attempts: 2 });
    const after = await publish(here);
    expect(await received(here, 3)).toEqual([expect.any(String), before, after]);
    const { webhooks } = await here.tenant.api.ask(webhookListSchema, 'GET', '/v1/webhooks');
    expect(webhooks).toHaveLength(2);
  });
});
