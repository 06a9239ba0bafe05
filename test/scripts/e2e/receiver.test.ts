import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDbEngine } from '../../../local/aws/dynamodb-engine.ts';
import type { RunningEngine } from '../../../local/aws/engine.ts';
import { createDynamoRecords, RECORDS_KEYS } from '../../../scripts/e2e/receiver/dynamo-records.ts';
import { createReceiver, type FunctionUrlRequest, HANG_MILLIS } from '../../../scripts/e2e/receiver/handler.ts';
import { createMemoryRecords } from '../../../scripts/e2e/receiver/loopback-receiver.ts';
import type { RecordedRequest, RequestRecords } from '../../../scripts/e2e/receiver/receive.ts';

function aRequest(overrides: Partial<RecordedRequest> = {}): RecordedRequest {
  return {
    receivedAt: Date.parse('2026-11-23T10:00:00.000Z'),
    path: '/ok/acme',
    headers: { 'webhook-id': 'dlv_1' },
    body: '{}',
    answered: { statusCode: 200, afterMillis: 0, headers: {}, body: '' },
    ...overrides,
  };
}

describe("the receiver's records", () => {
  let engine: RunningEngine;
  let client: DynamoDBClient;
  let ids = 0;
  beforeAll(async () => {
    engine = await startDynamoDbEngine();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new DynamoDBClient({ endpoint: engine.origin, region: 'us-east-1', credentials });
    const { partition, sort } = RECORDS_KEYS;
    await client.send(
      new CreateTableCommand({
        TableName: 'records',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      }),
    );
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  const stores: [string, () => RequestRecords][] = [
    ['in memory', createMemoryRecords],
    ['in DynamoDB', () => createDynamoRecords(client, 'records', () => String(++ids))],
  ];

  it.each(stores)('are listed by path, oldest first and whole, %s', async (_where, create) => {
    const records = create();
    const first = aRequest();
    const second = aRequest({ receivedAt: first.receivedAt + 1, answered: 'no-answer', body: '{"ä":1}' });
    for (const request of [first, aRequest({ path: '/ok/acme-2' }), second]) {
      await records.add(request);
    }
    expect(await records.list('/ok/acme')).toEqual([first, second]);
    expect(await records.list('/ok')).toEqual([]);
  });

  it.each(stores)('keep two requests of the same millisecond, %s', async (_where, create) => {
    const records = create();
    await Promise.all([1, 2].map((n) => records.add(aRequest({ path: '/ok/twice', body: String(n) }))));
    expect((await records.list('/ok/twice')).map(({ body }) => body).sort()).toEqual(['1', '2']);
  });

  it.each(stores)('count the requests of each webhook-id, %s', async (_where, create) => {
    const records = create();
    const counts = await Promise.all([records.countUp('a'), records.countUp('a'), records.countUp('b')]);
    expect(counts.sort()).toEqual([1, 1, 2]);
  });
});

describe('the receiver behind a function URL', () => {
  function aReceiver() {
    const records = createMemoryRecords();
    const waits: number[] = [];
    const wait = async (millis: number) => void waits.push(millis);
    return { records, waits, receive: createReceiver({ records, now: () => 1_000, wait }) };
  }

  it('behaves as the URL says, for each webhook-id', async () => {
    const { receive, records } = aReceiver();
    const event = anEvent({ rawPath: '/fail/acme', rawQueryString: 'times=1' });
    expect(await receive(event)).toEqual({ statusCode: 500, headers: {}, body: '500 from the demo receiver\n' });
    expect(await receive(event)).toEqual({ statusCode: 200, headers: {}, body: '200 from the demo receiver\n' });
    expect(await records.list('/fail/acme')).toHaveLength(2);
  });

  it('records headers in lower case and the body to the byte, however Lambda hands it over', async () => {
    const { receive, records } = aReceiver();
    const body = '{"title":"Grüße"}';
    await receive(anEvent({ headers: { 'Webhook-Id': 'dlv_1' }, body }));
    await receive(anEvent({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true }));
    const requests = await records.list('/ok/acme');
    expect(requests.map((request) => request.body)).toEqual([body, body]);
    expect(requests[0]).toMatchObject({ receivedAt: 1_000, headers: { 'webhook-id': 'dlv_1' } });
  });

  it('answers late where it is to be slow, and after every sender has given up where it is to hang', async () => {
    const { receive, waits } = aReceiver();
    expect(await receive(anEvent({ rawPath: '/slow/acme', rawQueryString: 'millis=2000' }))).toMatchObject({
      statusCode: 200,
    });
    expect(await receive(anEvent({ rawPath: '/hang/acme' }))).toEqual({ statusCode: 504 });
    expect(waits).toEqual([2_000, HANG_MILLIS]);
  });

  it('answers 404 to what asks for no behaviour', async () => {
    expect(await aReceiver().receive(anEvent({ rawPath: '/favicon.ico' }))).toMatchObject({ statusCode: 404 });
  });
});

function anEvent(overrides: Partial<FunctionUrlRequest>): FunctionUrlRequest {
  return {
    rawPath: '/ok/acme',
    rawQueryString: '',
    headers: { 'webhook-id': 'dlv_1' },
    isBase64Encoded: false,
    ...overrides,
  };
}
