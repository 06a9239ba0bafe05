import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptOutcome } from '../../../shared/http/attempt-outcome.ts';
import { createXrayWebhookClient } from '../../../shared/http/webhook-client.xray.ts';
import { createXrayTracer } from '../../../shared/runtime/tracer.xray.ts';
import { ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';
const SAMPLED = `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0`;
const REQUEST = { method: 'POST', url: 'https://hooks.example/T0/secret?key=secret', headers: {}, body: '{}' } as const;

describe('a trace', () => {
  let daemon: Socket;
  const received: string[] = [];

  beforeEach(async () => {
    received.length = 0;
    daemon = createSocket('udp4').bind(0, '127.0.0.1');
    daemon.on('message', (message) => received.push(message.toString()));
    await once(daemon, 'listening');
  });
  afterEach(() => daemon.close());

  const tracerOf = (header: string | undefined) =>
    createXrayTracer({ _X_AMZN_TRACE_ID: header, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` });

  async function next(): Promise<Record<string, unknown>> {
    while (received.length === 0) {
      await once(daemon, 'message');
    }
    const [head = '', document = ''] = received.shift()?.split('\n') ?? [];
    expect(JSON.parse(head)).toEqual({ format: 'json', version: 1 });
    return JSON.parse(document);
  }

  it('shows a POST by method, origin and status, never by its path, below the invocation', async () => {
    const client = createXrayWebhookClient(new ScriptedWebhookClient(503), tracerOf(SAMPLED));
    expect(await client.send(REQUEST, 1_000)).toMatchObject({ kind: 'answered' });
    const document = await next();
    expect(document).toEqual({
      trace_id: ROOT,
      parent_id: '53995c3f42cd8ad8',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      type: 'subsegment',
      name: 'hooks.example',
      namespace: 'remote',
      http: { request: { method: 'POST', url: 'https://hooks.example/' }, response: { status: 503 } },
      start_time: expect.any(Number),
      end_time: expect.any(Number),
    });
    expect(JSON.stringify(document)).not.toContain('secret');
  });

  it('shows a POST without a response as a fault', async () => {
    await createXrayWebhookClient(new ScriptedWebhookClient('timeout'), tracerOf(SAMPLED)).send(REQUEST, 1_000);
    expect(await next()).toMatchObject({ fault: true, name: 'hooks.example' });
  });

  it('shows a call of AWS by service and operation, also one that fails', async () => {
    const client = tracerOf(SAMPLED).traced(
      new DynamoDBClient({
        region: 'us-east-1',
        endpoint: 'http://127.0.0.1:1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
    );
    await expect(client.send(new ListTablesCommand({}))).rejects.toThrow();
    expect(await next()).toMatchObject({
      name: 'DynamoDB',
      namespace: 'aws',
      aws: { operation: 'ListTables' },
      fault: true,
    });
  });

  it.each([undefined, '', `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=0`, 'Sampled=1'])(
    'is not written for %j, and the call is made all the same',
    async (header) => {
      const unsampled = createXrayWebhookClient(new ScriptedWebhookClient(200), tracerOf(header));
      const outcomes: AttemptOutcome[] = [await unsampled.send(REQUEST, 1_000)];
      // What would have been sent before this one would arrive before it.
      outcomes.push(
        await createXrayWebhookClient(new ScriptedWebhookClient(204), tracerOf(SAMPLED)).send(REQUEST, 1_000),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
      expect(await next()).toMatchObject({ http: { response: { status: 204 } } });
    },
  );

  it('follows the invocation that is under way, whose name Lambda changes in place', async () => {
    const environment: Record<string, string> = { AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` };
    const client = createXrayWebhookClient(new ScriptedWebhookClient(200), createXrayTracer(environment));
    environment['_X_AMZN_TRACE_ID'] = SAMPLED.replace('53995c3f42cd8ad8', '00000000000000aa');
    await client.send(REQUEST, 1_000);
    expect(await next()).toMatchObject({ parent_id: '00000000000000aa' });
  });
});
