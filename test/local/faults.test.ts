import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../local/aws/gateway.ts';
import { type LocalAws, localClientSettings, startLocalAws } from '../../local/aws/local-aws.ts';
import { peekDeadFindings, peekRedriveMessages, readDeliveryLog, readRows } from '../../local/demo/evidence.ts';
import { type ExpectedDelivery, predict, understandLine } from '../../local/demo/expectation.ts';
import type { FindingLine } from '../../local/demo/findings-file.ts';
import { waitUntilEnded } from '../../local/demo/wait-until-ended.ts';
import type { ConnectedDemoWebhook } from '../../local/demo-webhooks.ts';
import { audit, type LoadEvidence } from '../../local/load/audit.ts';
import { connectLoadWebhooks, type LoadWebhook, makeFindings, publishLoad } from '../../local/load/load.ts';
import { type LocalSystem, startLocalSystem } from '../../local/local-system.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { createFaultyEngines, FAULT_KINDS, type FaultKind, type FaultRates } from '../fakes/faulty-engines.ts';

const SEED = 20261124;

/** Below this a kind of fault was not tried. */
const LEAST_FAULTS = 20;

const FAULTY_SERVICES: readonly Service[] = ['dynamodb', 'sqs', 'secrets-manager'];

function faultsAt(share: number, again: number): FaultRates {
  return { kinds: FAULT_KINDS, share, again };
}

/**
 * `send` reads a secret once and keeps it, so Secrets Manager must be nearly down to have any effect. A publisher that
 * does not try again sees some of its calls fail.
 */
const RATES = {
  dynamodb: faultsAt(0.25, 0.7),
  sqs: faultsAt(0.3, 0.85),
  'secrets-manager': faultsAt(0.95, 0.85),
  eventbridge: faultsAt(0.25, 0.5),
};

/** Each round of the load brings tenants of its own, whose secrets are unread so far. */
const FINDINGS_PER_ROUND = 50;
const TENANTS_PER_ROUND = 5;

/** At least 200 findings, and then as many as it takes until every kind of fault was seen often enough. */
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 20;

const WEBHOOKS: readonly LoadWebhook[] = [
  { label: 'fine', behaviour: 'ok', signing: 'generate', minSeverity: 'info' },
  { label: 'slow', behaviour: 'slow', query: 'millis=300', signing: 'generate', minSeverity: 'info' },
  { label: 'shaky', behaviour: 'fail', query: 'times=2', signing: 'generate', minSeverity: 'high' },
  { label: 'dead', behaviour: 'fail', signing: 'generate', minSeverity: 'high' },
];

/** What is returned comes back soon, but not while it is still being worked on. */
const VISIBILITY_SECONDS = 5;

/** For the faults to strike at work, not at long polls. */
const ROUND_MILLIS = 1_000;

/** For the others to strike at retries and redrive messages, too: exhausting a delivery takes 10 s, and longer under faults. */
const REDRIVE_MESSAGES_WITHIN_MILLIS = 30_000;

/** A claim whose outcome could not be recorded stands in the way for 35 s; a busy machine is slower. */
const ENDED_WITHIN_MILLIS = 120_000;
const SET_UP_WITHIN_MILLIS = 300_000;

function tenantsOf(round: number): readonly string[] {
  return Array.from({ length: TENANTS_PER_ROUND }, (_, index) => `tenant-${round * TENANTS_PER_ROUND + index + 1}`);
}

describe('the local system while DynamoDB, SQS and Secrets Manager fail', () => {
  const faults = createFaultyEngines(RATES, SEED);
  let logsFolder: string;
  let system: LocalSystem;
  const accepted: ExpectedDelivery[] = [];
  const published: ExpectedDelivery[] = [];
  let evidence: LoadEvidence;
  let unended: number;

  beforeAll(async () => {
    logsFolder = mkdtempSync(join(tmpdir(), 'thalian-faults-'));
    system = await startLocalSystem({
      logsFolder,
      aws: { wrapEngine: faults.wrapEngine, visibilitySeconds: VISIBILITY_SECONDS },
    });
    const { awsEndpointUrl, findingsBus, tables, queues } = system.description;
    const webhooks = new Map<string, readonly ConnectedDemoWebhook[]>();
    for (const tenantId of Array.from({ length: MAX_ROUNDS }, (_, round) => tenantsOf(round)).flat()) {
      webhooks.set(tenantId, await connectLoadWebhooks(tenantId, WEBHOOKS, system.stores, system.receiver));
    }
    const expectationOf = (lines: readonly FindingLine[]) =>
      predict(
        lines.map((line) => understandLine(line, Date.now())),
        (tenantId) => webhooks.get(tenantId) ?? [],
      ).deliveries;

    const publisher = new EventBridgeClient({ ...localClientSettings(awsEndpointUrl), maxAttempts: 1 });
    faults.begin();
    for (let round = 0; round < MIN_ROUNDS || (round < MAX_ROUNDS && fewestInjected() < LEAST_FAULTS); round += 1) {
      const lines = makeFindings(FINDINGS_PER_ROUND, tenantsOf(round), Date.now());
      const taken = await publishLoad(publisher, findingsBus, lines);
      accepted.push(...expectationOf(lines.filter(({ lineNumber }) => taken.has(lineNumber))));
      published.push(...expectationOf(lines));
      await pause(ROUND_MILLIS);
    }
    // First of all, as a claim that DynamoDB leaves standing costs the most time.
    faults.end('dynamodb');
    const waitFor = (millis: number) =>
      waitUntilEnded(accepted, {
        readRows: (deliveries) => readRows(system.clients.dynamo, tables.deliveryLog, deliveries),
        deadlineAt: Date.now() + millis,
      });
    await waitFor(REDRIVE_MESSAGES_WITHIN_MILLIS);
    faults.end();
    publisher.destroy();
    unended = await waitFor(ENDED_WITHIN_MILLIS);
    evidence = {
      rows: await readDeliveryLog(system.clients.dynamo, tables.deliveryLog),
      requests: [...system.receiver.requests],
      redriveMessages: await peekRedriveMessages(system.clients.sqs, queues['exhausted-deliveries']),
    };
  }, SET_UP_WITHIN_MILLIS);
  afterAll(async () => {
    await system.stop();
    rmSync(logsFolder, { recursive: true });
  });

  function fewestInjected(): number {
    return Math.min(...FAULTY_SERVICES.flatMap((service) => FAULT_KINDS.map((kind) => faults.injected(service, kind))));
  }

  it('loses nothing, by the record of the receiver, and forges nothing', () => {
    const { lost, wrong, ...stats } = audit(accepted, published, evidence);
    expect({ lost, wrong }).toEqual({ lost: [], wrong: [] });
    expect(unended).toBe(0);
    expect(stats.delivered + stats.failed).toBe(accepted.length);
    expect(accepted.length).toBeGreaterThan(300);
    expect(stats.failed).toBeGreaterThan(0);
  });

  it('was put to the test by every kind of fault of every service', () => {
    expect(fewestInjected()).toBeGreaterThanOrEqual(LEAST_FAULTS);
  });

  it('ends every delivery as its receiver decides', () => {
    const rows = new Map(evidence.rows.map((row) => [row.deliveryId, row]));
    const endOf = (row: DeliveryRow | undefined) => [row?.deliveryId, row?.status, row?.reason];
    expect(accepted.map(({ deliveryId }) => endOf(rows.get(deliveryId)))).toEqual(
      accepted.map(({ deliveryId, end }) => [deliveryId, end.status, end.reason]),
    );
  });

  it('uses up no attempt for a fault of its own', () => {
    const rows = new Map(evidence.rows.map((row) => [row.deliveryId, row]));
    for (const { deliveryId, end } of accepted) {
      const attempts = rows.get(deliveryId)?.attempts ?? [];
      const numbers = attempts.map(({ number }) => number);
      if (end.status === 'failed') {
        expect([deliveryId, numbers]).toEqual([deliveryId, [1, 2, 3, 4]]);
      }
      // Fewer, if a POST that failed could not be recorded: its receiver counts on.
      expect(numbers.length).toBeLessThanOrEqual(end.responses.length);
      expect([deliveryId, attempts.filter(({ error }) => error !== undefined)]).toEqual([deliveryId, []]);
    }
  });

  it('puts nothing into a dead-letter queue', async () => {
    const { queues } = system.description;
    expect(await peekDeadFindings(system.clients.sqs, queues['findings-dlq'])).toEqual([]);
    expect(await peekDeadFindings(system.clients.sqs, queues.poison)).toEqual([]);
  });
});

describe('an injected fault', () => {
  const item = marshall({ pk: 'pk', sk: 'sk', text: 'before' });
  let always: FaultKind | undefined;
  let aws: LocalAws;
  let dynamo: DynamoDBClient;
  let sqs: SQSClient;
  let secretsManager: SecretsManagerClient;

  beforeAll(async () => {
    const engines = new Map(
      FAULT_KINDS.map((kind) => {
        const ofKind = { kinds: [kind], share: 1, again: 1 };
        const faulty = createFaultyEngines({ dynamodb: ofKind, sqs: ofKind, 'secrets-manager': ofKind }, SEED);
        faulty.begin();
        return [kind, faulty] as const;
      }),
    );
    aws = await startLocalAws(0, {
      wrapEngine: (service, engine) => (request) =>
        (always === undefined ? engine : (engines.get(always)?.wrapEngine(service, engine) ?? engine))(request),
    });
    const settings = { ...localClientSettings(aws.endpointUrl), maxAttempts: 1 };
    dynamo = new DynamoDBClient(settings);
    sqs = new SQSClient(settings);
    secretsManager = new SecretsManagerClient(settings);
  });
  afterAll(() => aws.stop());

  const put = (text: string) =>
    dynamo.send(new PutItemCommand({ TableName: aws.tables.deliveryLog, Item: { ...item, ...marshall({ text }) } }));
  const sendMessage = () => sqs.send(new SendMessageCommand({ QueueUrl: aws.queues.retry, MessageBody: 'a message' }));
  const readSecret = () => secretsManager.send(new GetSecretValueCommand({ SecretId: 'any' }));

  async function underFault(kind: FaultKind, request: () => Promise<unknown>): Promise<unknown> {
    always = kind;
    try {
      return await request().catch((error: unknown) => error);
    } finally {
      always = undefined;
    }
  }

  async function storedText(): Promise<unknown> {
    const Key = marshall({ pk: 'pk', sk: 'sk' });
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: aws.tables.deliveryLog, Key }));
    return unmarshall(Item)['text'];
  }

  it('has the shape that each service gives it, so that clients know it for what it is', async () => {
    expect(await underFault('throttled', () => put('never'))).toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    expect(await underFault('throttled', sendMessage)).toMatchObject({ name: 'RequestThrottled' });
    expect(await underFault('throttled', readSecret)).toMatchObject({ name: 'ThrottlingException' });
    expect(await underFault('failed', () => put('never'))).toMatchObject({
      name: 'InternalServerError',
      $fault: 'server',
    });
    expect(await underFault('failed', sendMessage)).toMatchObject({ name: 'ServiceUnavailable', $fault: 'server' });
    expect(await underFault('failed', readSecret)).toMatchObject({ name: 'InternalServiceError', $fault: 'server' });
  });

  it('resets the connection before or after the request was applied', async () => {
    await put('before');
    expect(await underFault('reset-before', () => put('after'))).toMatchObject({ code: 'ECONNRESET' });
    expect(await storedText()).toBe('before');
    expect(await underFault('reset-after', () => put('after'))).toMatchObject({ code: 'ECONNRESET' });
    expect(await storedText()).toBe('after');
  });
});
