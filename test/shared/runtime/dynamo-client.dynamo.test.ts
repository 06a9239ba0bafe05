/** What a second call must not lose on its shorter way: signature, retries, limits, the names of errors, the right time. */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { AWS_CLIENT_SETTINGS } from '../../../shared/runtime/aws-client-settings.ts';
import { createDynamoClient } from '../../../shared/runtime/dynamo-client.dynamo.ts';
import { createRequestHandler } from '../../../shared/runtime/request-handler.https.ts';

const SECRET = 'secret-of-the-test';
const ITEM = { pk: { S: 'x' }, note: { S: 'é ☃ "quoted"' } };
const getItem = () => new GetItemCommand({ TableName: 'log', Key: { pk: { S: 'x' } } });

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) {
    stop();
  }
});

/** Gives the answers in turn, then always an item. */
async function aService(answers: readonly Answer[], settings: DynamoDBClientConfig = {}) {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, response) => {
    asked.push({ headers: incoming.headers, body: (await buffer(incoming)).toString() });
    const give = answers[asked.length - 1] ?? found;
    give(response, asked.at(-1) as Asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = createDynamoClient({
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: SECRET, sessionToken: 'token' },
    ...settings,
  });
  stops.push(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { client, asked };
}

/** The first call goes the SDK's whole way. `answers` are for what comes after, and so is `later`. */
async function afterFirstCall(answers: readonly Answer[], settings: DynamoDBClientConfig = {}) {
  const { client, asked } = await aService([found, ...answers], settings);
  await client.send(getItem());
  return { client, first: asked[0] as Asked, later: () => asked.slice(1) };
}

function answer(statusCode: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response
      .writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.0', ...headers })
      .end(JSON.stringify(body));
  };
}

const found = answer(200, { Item: ITEM });
const refused = (name: string, statusCode = 400, headers = {}) =>
  answer(statusCode, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `it was ${name}` }, headers);
const reset: Answer = (response) => response.destroy();
const cutOff: Answer = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"Item"', () => response.destroy());
};
const never: Answer = () => {};

describe('a further call', () => {
  it('returns what the first one returned, and asks the same with fewer headers', async () => {
    const { client, later, first } = await afterFirstCall([]);
    expect(await client.send(getItem())).toMatchObject({ Item: ITEM, $metadata: { httpStatusCode: 200, attempts: 1 } });
    expect(later()).toHaveLength(1);
    expect(later()[0]?.body).toBe(first.body);
    expect(first.headers['user-agent']).toContain('aws-sdk-js');
    expect(later()[0]?.headers).not.toHaveProperty('user-agent');
    for (const name of ['host', 'content-type', 'content-length', 'x-amz-target', 'x-amz-security-token']) {
      expect(later()[0]?.headers[name], name).toBe(first.headers[name]);
    }
  });

  it('asks by the same request as the first one, whatever values are in it', async () => {
    const { client, asked } = await aService([]);
    const item = {
      pk: { S: 'x' },
      text: { S: '"quoted" \\ \n \u2028 é ☃ 😀 \ud800' },
      count: { N: '-1.5e3' },
      is: { BOOL: false },
      none: { NULL: true },
      list: { L: [{ S: '' }, { M: { inner: { L: [] } } }] },
      names: { SS: ['a', 'b'] },
    } as const;
    const put = () =>
      client.send(
        new PutItemCommand({
          TableName: 'log',
          Item: structuredClone(item) as never,
          ConditionExpression: '#pk <> :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': { S: 'y' } },
          ReturnValues: undefined,
        }),
      );
    await put();
    await put();
    const [first, further] = asked.map(({ body }) => JSON.parse(body));
    expect(further).toEqual(first);
    expect(asked[1]?.headers['content-length']).toBe(String(Buffer.byteLength(asked[1]?.body ?? '')));
  });

  it('reads a response without a body as one that says nothing', async () => {
    const { client } = await afterFirstCall([(response) => void response.writeHead(200).end()]);
    expect(await client.send(getItem())).toMatchObject({ $metadata: { httpStatusCode: 200, attempts: 1 } });
  });

  it('is signed by version 4, over its body and all that it names', async () => {
    const { client, later, first } = await afterFirstCall([]);
    await client.send(getItem());
    for (const one of [first, later()[0] as Asked]) {
      const { accessKeyId, signedHeaders, given, expected } = signatureOf(one, SECRET);
      expect(accessKeyId).toBe('AKIDTEST');
      expect(given).toBe(expected);
      expect(signedHeaders).toEqual(
        expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']),
      );
    }
  });

  it('of another kind goes to the same place, with its own name', async () => {
    const { client, later } = await afterFirstCall([answer(200, { Responses: { log: [ITEM] } })]);
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { log: { Keys: [ITEM] } } }));
    expect(Responses).toEqual({ log: [ITEM] });
    expect(later()[0]?.headers['x-amz-target']).toBe('DynamoDB_20120810.BatchGetItem');
    expect(later()[0]?.headers['user-agent']).toContain('aws-sdk-js');
  });

  it('is signed with the credentials of its own time', async () => {
    let turn = 0;
    const { client, later } = await afterFirstCall([], {
      credentials: async () => {
        turn += 1;
        return { accessKeyId: `AKID${turn}`, secretAccessKey: `${SECRET}-${turn}`, expiration: new Date(0) };
      },
    });
    const before = turn;
    await client.send(getItem());
    expect(turn).toBeGreaterThan(before);
    const { accessKeyId, given, expected } = signatureOf(later()[0] as Asked, `${SECRET}-${turn}`);
    expect({ accessKeyId, given }).toEqual({ accessKeyId: `AKID${turn}`, given: expected });
  });

  it.each([
    ['throttled', refused('ProvisionedThroughputExceededException')],
    ['answered with 500', refused('InternalServerError', 500)],
    ['answered with 503 and no body', (response: ServerResponse) => void response.writeHead(503).end()],
    ['reset before a response', reset],
    ['cut off within the response', cutOff],
  ])('that is %s is tried again, as one and the same call', async (_what, failing) => {
    // What goes unnoticed ends by no limit here, but by that of the test.
    const requestHandler = createRequestHandler({ connectionTimeout: 600_000, requestTimeout: 600_000 });
    const { client, later } = await afterFirstCall([failing, failing], { requestHandler });
    expect(await client.send(getItem())).toMatchObject({ Item: ITEM, $metadata: { attempts: 3 } });
    expect(new Set(later().map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(1);
    expect(later().map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=3',
      'attempt=2; max=3',
      'attempt=3; max=3',
    ]);
  });

  it('fails after the last try, under the name that AWS gives', async () => {
    const failing = refused('InternalServerError', 500);
    const { client, later } = await afterFirstCall([failing, failing, failing]);
    await expect(client.send(getItem())).rejects.toMatchObject({
      name: 'InternalServerError',
      message: 'it was InternalServerError',
      $metadata: { httpStatusCode: 500, attempts: 3 },
    });
    expect(later()).toHaveLength(AWS_CLIENT_SETTINGS.maxAttempts);
  });

  it('is not tried again where AWS has decided', async () => {
    const conflict = refused('ConditionalCheckFailedException');
    const { client, later } = await afterFirstCall([found, conflict]);
    const put = () => client.send(new PutItemCommand({ TableName: 'log', Item: ITEM }));
    await put();
    await expect(put()).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    expect(later()).toHaveLength(2);
  });

  it('gives a service that takes the request and never answers up, after as many tries', async () => {
    const requestHandler = createRequestHandler({ connectionTimeout: 1_000, requestTimeout: 50 });
    const begun: Answer = (response) => void response.writeHead(200, { 'content-length': '100' }).write('{');
    const { client, later } = await afterFirstCall([never, begun, never], { requestHandler });
    await expect(client.send(getItem())).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
    expect(later()).toHaveLength(AWS_CLIENT_SETTINGS.maxAttempts);
  });

  it('is signed for the time of AWS once AWS has said that ours is wrong', async () => {
    const hour = 3_600_000;
    const skewed = refused('InvalidSignatureException', 400, { date: new Date(Date.now() + hour).toUTCString() });
    const { client, later } = await afterFirstCall([skewed]);
    expect(await client.send(getItem())).toMatchObject({ Item: ITEM, $metadata: { attempts: 2 } });
    const [before = 0, after = 0] = later().map(signedAt);
    expect((after - before) / hour).toBeCloseTo(1, 1);
    const { given, expected } = signatureOf(later()[1] as Asked, SECRET);
    expect(given).toBe(expected);
  });

  it('keeps apart what is under way at the same time', async () => {
    const echo: Answer = (response, { body }) =>
      answer(200, { Item: JSON.parse(body).Key })(response, { headers: {}, body });
    const { client, asked } = await aService([found, found, ...Array.from({ length: 40 }, () => echo)]);
    await client.send(getItem());
    await client.send(getItem());
    const later = () => asked.slice(2);
    const keys = Array.from({ length: 40 }, (_, index) => ({ pk: { S: `k${index}` } }));
    const items = await Promise.all(keys.map((Key) => client.send(new GetItemCommand({ TableName: 'log', Key }))));
    expect(items.map(({ Item }) => Item)).toEqual(keys);
    expect(new Set(later().map(({ headers }) => headers['amz-sdk-invocation-id'])).size).toBe(keys.length);
    for (const one of later()) {
      const { given, expected } = signatureOf(one, SECRET);
      expect(given).toBe(expected);
    }
  });
});

it('keeps everything of the SDK in the first call of a kind but the middleware that logs', () => {
  const settings = { region: 'us-east-1' };
  const usual = new DynamoDBClient(settings).middlewareStack.identify();
  const ours = createDynamoClient(settings).middlewareStack.identify();
  expect(ours.filter((name) => !name.startsWith('shorterWay'))).toEqual(
    usual.filter((name) => !name.startsWith('loggerMiddleware')),
  );
});

it('is behind what traces calls, whichever way they take', async () => {
  const traced: string[] = [];
  const { client, asked } = await aService([]);
  // As `tracer.xray.ts` adds its own.
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        traced.push(String(commandName));
        return next(args);
      },
    { step: 'initialize', name: 'xray' },
  );
  await client.send(getItem());
  await client.send(getItem());
  expect(traced).toEqual(['GetItemCommand', 'GetItemCommand']);
  expect(asked).toHaveLength(2);
});

function signedAt({ headers }: Asked): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(
    String(headers['x-amz-date']),
  ) as readonly string[];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** Worked out by the description of version 4 (AWS General Reference, "Signing AWS API requests"), not by the SDK. */
function signatureOf({ headers, body }: Asked, secret: string) {
  const [, accessKeyId, scope = '', signed = '', given] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\S+)$/.exec(
      String(headers.authorization),
    ) ?? [];
  const signedHeaders = signed.split(';');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = signedHeaders.map((name) => `${name}:${String(headers[name]).trim()}`);
  const canonical = ['POST', '/', '', ...lines, '', signed, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>((by, part) => createHmac('sha256', by).update(part).digest(), `AWS4${secret}`);
  return { accessKeyId, signedHeaders, given, expected: createHmac('sha256', key).update(toSign).digest('hex') };
}
