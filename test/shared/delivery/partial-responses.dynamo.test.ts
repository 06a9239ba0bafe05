/** AWS's batch calls answer 200 and leave things out: nothing of that may look like absence or success. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoBatchReader } from '../../../shared/delivery/batch-reader.dynamo.ts';
import { createDynamoDeliveryHistory } from '../../../shared/delivery/delivery-history.dynamo.ts';
import { toDeliveryItem } from '../../../shared/delivery/delivery-item.schema.ts';
import { createDynamoDeliveryLog } from '../../../shared/delivery/delivery-log.dynamo.ts';
import { createSqsDeliveryQueues } from '../../../shared/delivery/delivery-queues.sqs.ts';
import type { PlannedDelivery } from '../../../shared/delivery/plan-deliveries.ts';
import { createSecretsManagerSecretReader } from '../../../shared/webhook/secret-store.secrets-manager.ts';
import { toWebhookItem } from '../../../shared/webhook/webhook-item.schema.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { respondToCommands } from '../../fakes/responding-client.ts';

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const webhookKey = { pk: 'TENANT#acme', sk: 'WEBHOOK#wh_siem' };
const row = aDeliveryRow();
const rowKey = { pk: 'acme#wh_siem', sk: row.deliveryId };
const webhookItem = marshall({ ...webhookKey, ...toWebhookItem(aWebhook()) });
const rowItem = marshall({ ...rowKey, ...toDeliveryItem(row) });
const other = aDeliveryRow({ deliveryId: aDeliveryMessage({ finding: '{}' }).deliveryId });

describe('a batch reading', () => {
  function aReader(...responses: readonly object[]) {
    const client = new DynamoDBClient(settings);
    const asked = respondToCommands(client, responses);
    return { asked, reader: createDynamoBatchReader(client, { configTable: 'config', deliveryLog: 'log' }) };
  }

  it('asks again for what the table did not process', async () => {
    const { asked, reader } = aReader(
      { Responses: { log: [rowItem] }, UnprocessedKeys: { config: { Keys: [marshall(webhookKey)] } } },
      { Responses: { config: [webhookItem] } },
    );
    expect(await reader.read([row])).toEqual([{ kind: 'read', webhook: aWebhook(), row }]);
    expect(asked).toMatchObject([
      { input: { RequestItems: { config: {}, log: {} } } },
      { input: { RequestItems: { config: {} } } },
    ]);
    expect(asked[1]?.input).not.toHaveProperty('RequestItems.log');
  });

  it.each([
    ['webhook', { Responses: { log: [rowItem] }, UnprocessedKeys: { config: { Keys: [marshall(webhookKey)] } } }],
    ['row', { Responses: { config: [webhookItem] }, UnprocessedKeys: { log: { Keys: [marshall(rowKey)] } } }],
  ])('concludes nothing for a delivery whose %s stays unprocessed', async (_what, response) => {
    const { reader } = aReader(response);
    expect(await reader.read([row])).toEqual([{ kind: 'unread', because: expect.stringContaining('every key') }]);
  });

  it('concludes what it can for the other deliveries of an incomplete answer', async () => {
    const { reader } = aReader({
      Responses: { config: [webhookItem] },
      UnprocessedKeys: { log: { Keys: [marshall(rowKey)] } },
    });
    const absent = { ...row, deliveryId: other.deliveryId };
    expect(await reader.read([row, absent])).toMatchObject([
      { kind: 'unread' },
      { kind: 'read', webhook: aWebhook(), row: undefined },
    ]);
  });

  it('takes a complete answer without an item for absence', async () => {
    const { reader } = aReader({ Responses: { config: [webhookItem] } });
    expect(await reader.read([row])).toEqual([{ kind: 'read', webhook: aWebhook(), row: undefined }]);
  });

  it.each([
    ['webhook', { config: [{ ...webhookItem, state: { S: 'hunter2' } }], log: [rowItem] }],
    ['row', { config: [webhookItem], log: [{ ...rowItem, status: { S: 'hunter2' } }] }],
  ])('names the fault of a damaged %s, and not its values', async (_what, Responses) => {
    const [reading] = await aReader({ Responses }).reader.read([row]);
    expect(reading).toMatchObject({ kind: 'unread', because: expect.stringMatching(/stat(e|us)/) });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
  });

  it('asks for both tables strongly consistent, in one call', async () => {
    const { asked, reader } = aReader({ Responses: {} });
    await reader.read([row, other]);
    expect(asked).toMatchObject([
      {
        input: {
          RequestItems: {
            config: { ConsistentRead: true, Keys: [marshall(webhookKey)] },
            log: { ConsistentRead: true, Keys: [{}, {}] },
          },
        },
      },
    ]);
  });
});

describe('a batch of first successes', () => {
  const leftOut = { UnprocessedItems: { log: [{ PutRequest: { Item: rowItem } }] } };

  it('is written again as far as the table left it out, and only so far', async () => {
    const client = new DynamoDBClient(settings);
    const asked = respondToCommands(client, [leftOut, {}]);
    expect(await createDynamoDeliveryLog(client, 'log').putAll([row, other])).toEqual(new Set());
    expect(asked).toMatchObject([
      { input: { RequestItems: { log: [{}, {}] } } },
      { input: { RequestItems: { log: [{ PutRequest: { Item: rowItem } }] } } },
    ]);
  });

  it('names what stays out, and nothing else', async () => {
    const client = new DynamoDBClient(settings);
    const asked = respondToCommands(client, [leftOut]);
    expect(await createDynamoDeliveryLog(client, 'log').putAll([row, other])).toEqual(new Set([row.deliveryId]));
    expect(asked.length).toBeGreaterThan(2);
  });
});

describe('a batch of deliveries', () => {
  const planned: PlannedDelivery[] = ['a', 'b', 'c'].map((id) => ({
    queue: 'delivery',
    message: aDeliveryMessage({ finding: aCanonicalFinding({ id }) }),
  }));

  function someQueues(...responses: readonly object[]) {
    const client = new SQSClient(settings);
    const asked = respondToCommands(client, responses);
    const urls = { delivery: 'https://sqs.example/d', retry: 'https://sqs.example/r' };
    return { asked, queues: createSqsDeliveryQueues(client, urls) };
  }

  it('is sent again as far as the queue refused it', async () => {
    const { asked, queues } = someQueues({ Failed: [{ Id: '1' }] }, {});
    expect(await queues.enqueueAll(planned)).toEqual(new Set());
    expect(asked).toMatchObject([{ input: { Entries: [{}, {}, {}] } }, { input: { Entries: [{}] } }]);
  });

  it('names what the queue refuses twice, and nothing else', async () => {
    const { asked, queues } = someQueues({ Failed: [{ Id: '1' }] }, { Failed: [{ Id: '0' }] });
    expect(await queues.enqueueAll(planned)).toEqual(new Set([planned[1]]));
    expect(asked).toHaveLength(2);
  });
});

describe('a secret that cannot be read', () => {
  it.each(['hunter2', '{"signing":"hunter2"}', undefined])(
    'is an outage that quotes nothing: %j',
    async (SecretString) => {
      const client = new SecretsManagerClient(settings);
      respondToCommands(client, [{ SecretString }]);
      const reading = createSecretsManagerSecretReader(client).read(aTenantId(), { arn: 'arn:x', versionId: 'v' });
      const error = await reading.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'DependencyUnavailable', dependency: 'secret-store' });
      expect(error instanceof Error && [error.message, String(error.cause), error.stack].join()).not.toContain(
        'hunter2',
      );
    },
  );
});

describe('a log whose table has no index of late deliveries', () => {
  const { tenantId, webhookId } = row;
  function aHistory(refusal: string) {
    const client = new DynamoDBClient(settings);
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          if ('IndexName' in input) {
            throw Object.assign(new Error(refusal), { name: 'ValidationException' });
          }
          return { output: { $metadata: {}, Items: [rowItem] }, response: {} };
        },
      { step: 'initialize', name: 'answerWithoutIndex' },
    );
    return createDynamoDeliveryHistory(client, 'log');
  }

  it.each([
    'The table does not have the specified index: late',
    'Cannot read from backfilling global secondary index: late',
  ])('is listed by detection: %s', async (refusal) => {
    expect(await aHistory(refusal).listByArrival(tenantId, webhookId, { limit: 5 })).toEqual({ rows: [row] });
  });

  it('is not listed if the table refuses for another reason', async () => {
    const listing = aHistory('One or more parameter values were invalid').listByArrival(tenantId, webhookId, {
      limit: 5,
    });
    await expect(listing).rejects.toThrow('delivery-log did not list deliveries');
  });
});
