import { EventBridgeClient, PutEventsCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localClientSettings } from '../../local/aws/local-aws.ts';
import { findArchive } from '../../scripts/ops/archive-replay.ts';
import { replay } from '../../scripts/ops/replay.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { createDynamoEventListReader } from '../../shared/delivery/event-list-reader.dynamo.ts';
import { positionOf } from '../../shared/delivery/listed-event.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryRow } from '../builders/delivery.ts';
import { aCanonicalFinding, aFinding, aFindingEvent, aTenantId } from '../builders/finding.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

const MINUTE = 60_000;
/** When the findings were published: an hour ago, at a whole second. */
const PUBLISHED_AT = Math.floor(Date.now() / 1000) * 1000 - 60 * MINUTE;
const SPAN = ['--from', instant(-MINUTE), '--to', instant(MINUTE)];

const OLD = aWebhook({ webhookId: aWebhookId('wh_old'), createdAt: PUBLISHED_AT + 999 });
const NEW = aWebhook({ webhookId: aWebhookId('wh_new'), createdAt: PUBLISHED_AT + MINUTE });
const OF_GLOBEX = aWebhook({ webhookId: aWebhookId('wh_globex'), tenantId: aTenantId('globex'), createdAt: 0 });

const engines = useEngines();
let events: EventBridgeClient;
let said: string[];
let noted: string[];
let session: OpsSessionRecord;

beforeAll(async () => {
  const { endpointUrl, dynamo, tables, findingsBus } = engines();
  events = new EventBridgeClient(localClientSettings(endpointUrl));
  const store = createDynamoWebhookStore(dynamo, tables.config);
  for (const webhook of [OLD, NEW, OF_GLOBEX]) {
    await store.add(webhook.tenantId, webhook);
  }
  const publish = (tenantId: string, id: string, offsetMillis = 0) => ({
    EventBusName: findingsBus,
    Source: 'thalian.findings',
    DetailType: 'Finding Detected',
    Detail: JSON.stringify({ tenantId, finding: aFinding({ id }) }),
    Time: new Date(PUBLISHED_AT + offsetMillis),
  });
  const Entries = [
    publish('acme', 'fnd_delivered'),
    publish('acme', 'fnd_lost'),
    publish('acme', 'fnd_lost'),
    publish('globex', 'fnd_globex'),
    { ...publish('acme', 'fnd_x'), Detail: '{"tenantId":"acme"}' },
    publish('acme', 'fnd_of_before', -2 * MINUTE),
    publish('acme', 'fnd_of_after', 2 * MINUTE),
  ];
  await events.send(new PutEventsCommand({ Entries }));
  const finding = aCanonicalFinding({ id: 'fnd_delivered' });
  const deliveryId = deliveryIdOf(OLD.tenantId, OLD.webhookId, aFinding().detectedAt, finding);
  const row = aDeliveryRow({
    tenantId: OLD.tenantId,
    webhookId: OLD.webhookId,
    deliveryId,
    finding,
    status: 'delivered',
  });
  await createDynamoDeliveryLog(dynamo, tables.deliveryLog).putAll([row]);
});
afterAll(() => events.destroy());

beforeEach(async () => {
  const { sqs, queues } = engines();
  session = anOpsSession(engines());
  ({ said, noted } = session);
  for (const name of ['delivery', 'retry', 'findings', 'replayed'] as const) {
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queues[name] }));
  }
});

function instant(offsetMillis: number): string {
  return new Date(PUBLISHED_AT + offsetMillis).toISOString();
}

async function enqueued(): Promise<readonly string[]> {
  const { sqs, queues } = engines();
  const command = new ReceiveMessageCommand({ QueueUrl: queues.delivery, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await sqs.send(command);
  return Messages.map(({ Body = '' }) => {
    const parsed = parseDeliveryMessage(Body);
    return parsed.kind === 'parsed' ? `${parsed.message.webhookId} ${parsed.finding.id}` : parsed.reason;
  }).sort();
}

async function isEmpty(name: 'findings' | 'replayed'): Promise<boolean> {
  const { sqs, queues } = engines();
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues[name] }));
  return Messages.length === 0;
}

const of = ({ tenantId, webhookId }: Webhook) => ['--tenant', tenantId, '--webhook', webhookId];

describe('replay', () => {
  it('only counts and shows what has no row in that time, until it is to be applied', async () => {
    await replay(SPAN, session);
    expect(said).toEqual([
      'local: 4 findings replayed, 2 deliveries would be made; add --apply to do it, 1 have a row and are left to it, ' +
        '1 findings cannot be read: see npm run ops -- findings',
    ]);
    expect(
      noted
        .slice(1)
        .map((line) => line.trim().split(' ')[0])
        .sort(),
    ).toEqual(['acme/wh_old', 'globex/wh_globex']);
    expect(await enqueued()).toEqual([]);
  });

  it('delivers what has no row, each once, to webhooks that were there then, past every other rule of the bus', async () => {
    await replay([...SPAN, '--apply'], session);
    expect(said.join()).toContain('2 deliveries enqueued');
    expect(await enqueued()).toEqual(['wh_globex fnd_globex', 'wh_old fnd_lost']);
    expect([await isEmpty('findings'), await isEmpty('replayed')]).toEqual([true, true]);
  });

  it('lists what a receiver reads, and sends none of it if that is all that it gets', async () => {
    const { dynamo, tables } = engines();
    const pull = { since: 0, only: false };
    const tenantId = aTenantId('globex');
    const beside = aWebhook({ tenantId, webhookId: aWebhookId('wh_beside'), createdAt: 0, pull });
    const only = aWebhook({ tenantId, webhookId: aWebhookId('wh_only'), createdAt: 0, pull: { ...pull, only: true } });
    const store = createDynamoWebhookStore(dynamo, tables.config);
    const reader = createDynamoEventListReader(dynamo, tables.deliveryLog);
    for (const webhook of [beside, only]) {
      await store.add(tenantId, webhook);
    }
    await replay([...SPAN, '--tenant', 'globex', '--apply'], session);
    const listed = async ({ webhookId }: Webhook) =>
      (await reader.readKeys(tenantId, webhookId, { after: positionOf(0), until: Date.now() + 1 }, 10)).events.length;
    expect([await listed(beside), await listed(only), await listed(OF_GLOBEX)]).toEqual([1, 1, 0]);
    expect(await enqueued()).toEqual(['wh_beside fnd_globex', 'wh_globex fnd_globex']);
    for (const webhook of [beside, only]) {
      await store.remove(tenantId, webhook);
    }
  });

  it('delivers for one tenant', async () => {
    await replay([...SPAN, '--tenant', 'globex', '--apply'], session);
    expect(await enqueued()).toEqual(['wh_globex fnd_globex']);
  });

  it('delivers to one webhook also what was published before it was connected', async () => {
    await replay([...SPAN, ...of(NEW), '--apply'], session);
    expect(await enqueued()).toEqual(['wh_new fnd_delivered', 'wh_new fnd_lost']);
  });

  it('takes nothing that another replay left in the queue', async () => {
    const { sqs, queues } = engines();
    const left = aFindingEvent({ tenantId: 'globex', finding: aFinding({ id: 'fnd_left' }) });
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.replayed, MessageBody: left }));
    await replay([...SPAN, '--tenant', 'globex', '--apply'], session);
    expect(await enqueued()).toEqual(['wh_globex fnd_globex']);
  });

  it('cancels the replay when it is interrupted, and says that it can be run again', async () => {
    const interrupted = new AbortController();
    session = { ...session, note: () => interrupted.abort(), interruption: () => interrupted.signal };
    await expect(replay([...SPAN, '--apply'], session)).rejects.toThrow(
      /^Interrupted: replay-[0-9a-f]{16} is cancelled/,
    );
    expect(await enqueued()).toEqual([]);
    await replay([...SPAN, '--apply'], {
      ...session,
      note: () => {},
      interruption: () => new AbortController().signal,
    });
    expect(await enqueued()).toHaveLength(2);
  });

  it.each([
    [[], '--from is missing'],
    [['--from', instant(0)], '--to is missing'],
    [['--from', instant(0), '--to', instant(0)], '--from must be before --to.'],
    [['--from', instant(-31 * 24 * 60 * MINUTE), '--to', instant(0)], '--from is at most 30 days ago'],
    [[...SPAN, '--webhook', 'wh_old'], '--webhook needs --tenant'],
    [['--from', 'yesterday', '--to', instant(0)], '--from takes an instant'],
  ])('says what is wrong with %j', async (args, words) => {
    await expect(replay(args, session)).rejects.toThrow(words);
  });

  it('says so where a stage has no archive', async () => {
    await expect(findArchive(events, 'elsewhere')).rejects.toThrow('Stage elsewhere has no archive: findings come');
  });
});

describe('a local replay', () => {
  it('goes to the rule of replays alone', async () => {
    const { archiveArn, busArn } = await findArchive(events, 'local');
    const command = new StartReplayCommand({
      ReplayName: 'everywhere',
      EventSourceArn: archiveArn,
      EventStartTime: new Date(0),
      EventEndTime: new Date(),
      Destination: { Arn: busArn },
    });
    await expect(events.send(command)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
