import { PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsDeadLetters } from '../../../shared/delivery/dead-letters.sqs.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import {
  createSqsDelayQueues,
  createSqsDeliveryQueues,
  createSqsRedriveQueue,
  createSqsRetryQueue,
} from '../../../shared/delivery/delivery-queues.sqs.ts';
import type { PlannedDelivery } from '../../../shared/delivery/plan-deliveries.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { QueueName } from '../../../shared/topology/queues.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { useEngines } from '../../fakes/local-engines.ts';

const engines = useEngines();
const tenantId = aTenantId();

interface SentInput {
  readonly MessageGroupId?: string;
  readonly MessageBody?: string;
}

/** What the client was told to send; the engine does not show the groups of a standard queue. */
async function sendsDuring(act: () => Promise<unknown>): Promise<{ group?: string; body?: string }[]> {
  const { sqs } = engines();
  const sends: { group?: string; body?: string }[] = [];
  sqs.middlewareStack.add(
    (next) => (args) => {
      const input = args.input as SentInput & { readonly Entries?: readonly SentInput[] };
      for (const { MessageGroupId, MessageBody } of input.Entries ?? [input]) {
        sends.push({ ...(MessageGroupId && { group: MessageGroupId }), ...(MessageBody && { body: MessageBody }) });
      }
      return next(args);
    },
    { step: 'initialize', name: 'seeSends' },
  );
  await act().finally(() => sqs.middlewareStack.remove('seeSends'));
  return sends;
}

/** Takes everything off a queue that is visible now. */
async function drain(name: QueueName) {
  const { sqs, queues } = engines();
  const received = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues[name],
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queues[name] }));
      return received;
    }
    received.push(...Messages);
  }
}

function planned(count: number, queue: PlannedDelivery['queue']): PlannedDelivery[] {
  return Array.from({ length: count }, (_, index) => ({
    queue,
    message: aDeliveryMessage({
      tenantId: aTenantId(`t_${index % 3}`),
      finding: aCanonicalFinding({ id: `fnd_${queue}_${index}` }),
    }),
  }));
}

describe('the queues on SQS', () => {
  it('take any number of deliveries, each on its queue and in the group of its tenant', async () => {
    const { sqs, queues } = engines();
    const deliveryQueues = createSqsDeliveryQueues(sqs, { delivery: queues.delivery, retry: queues.retry });
    const all = [...planned(23, 'delivery'), ...planned(4, 'retry')];
    const sends = await sendsDuring(async () => {
      expect(await deliveryQueues.enqueueAll(all)).toEqual(new Set());
    });
    expect(await drain('delivery')).toHaveLength(23);
    expect(await drain('retry')).toHaveLength(4);
    expect(sends).toHaveLength(27);
    for (const { group, body = '' } of sends) {
      const parsed = parseDeliveryMessage(body);
      expect(parsed.kind === 'parsed' && parsed.message.tenantId).toBe(group);
    }
  });

  it('take deliveries that are too large together for one call', async () => {
    // A quotation mark takes two bytes in the finding, and four in the message around it.
    const description = '"'.repeat(30_000);
    const planned = Array.from({ length: 10 }, (_, index): PlannedDelivery => {
      const finding = aCanonicalFinding({ id: `fnd_${index}`, description });
      return { queue: 'delivery', message: aDeliveryMessage({ finding }) };
    });
    const bytes = planned.map(({ message }) => Buffer.byteLength(serializeDeliveryMessage(message)));
    expect(bytes.reduce((sum, one) => sum + one)).toBeGreaterThan(1024 * 1024);
    const { sqs, queues } = engines();
    const { delivery, retry } = queues;
    expect(await createSqsDeliveryQueues(sqs, { delivery, retry }).enqueueAll(planned)).toEqual(new Set());
    expect(await drain('delivery')).toHaveLength(10);
  });

  it('take ten deliveries of the longest finding there can be in one call', async () => {
    const { sqs, queues } = engines();
    const deliveryQueues = createSqsDeliveryQueues(sqs, { delivery: queues.delivery, retry: queues.retry });
    const finding = aCanonicalFinding({
      id: '\u0001'.repeat(2_048),
      title: '\u0001'.repeat(512),
      affected: {
        type: 'asset',
        id: '\u0001'.repeat(2_048),
        name: '\u0001'.repeat(512),
        originalType: '\u0001'.repeat(64),
      },
      platform: '\u0001'.repeat(128),
      remediation: { summary: '\u0001'.repeat(4_000), url: `https://x.example/${'y'.repeat(2_030)}` },
    });
    const ten = planned(10, 'delivery').map((delivery) => ({
      ...delivery,
      message: { ...delivery.message, finding },
    }));
    expect(serializeDeliveryMessage(ten[0]?.message ?? aDeliveryMessage()).length).toBeLessThan(80 * 1024);
    expect(await deliveryQueues.enqueueAll(ten)).toEqual(new Set());
    expect(await drain('delivery')).toHaveLength(10);
  });

  it('report an outage instead of losing what they could not send', async () => {
    const { sqs, queues } = engines();
    const nowhere = queues.delivery.replace(/[^/]+$/, 'no-such-queue');
    const deliveryQueues = createSqsDeliveryQueues(sqs, { delivery: nowhere, retry: nowhere });
    await expect(deliveryQueues.enqueueAll(planned(1, 'delivery'))).rejects.toBeInstanceOf(DependencyUnavailable);
  });
});

describe('the retry queue and the redrive messages on SQS', () => {
  it('carry a message in the group of its tenant', async () => {
    const { sqs, queues } = engines();
    const message = aDeliveryMessage({ attempt: 2 });
    const redriveMessage = aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' });
    const sends = await sendsDuring(async () => {
      await createSqsRetryQueue(sqs, queues.retry).enqueueRetry(tenantId, message, 0);
      await createSqsRedriveQueue(sqs, queues['exhausted-deliveries']).sendRedriveMessage(tenantId, redriveMessage);
    });
    expect(sends.map(({ group }) => group)).toEqual([tenantId, tenantId]);
    expect(await drain('retry')).toMatchObject([{ Body: serializeDeliveryMessage(message) }]);
    expect(await drain('exhausted-deliveries')).toMatchObject([{ Body: serializeDeliveryMessage(redriveMessage) }]);
  });

  it('carry what waits for its turn, by the queue that it came by and in the group of its tenant', async () => {
    const { sqs, queues } = engines();
    const later = createSqsDelayQueues(sqs, { delivery: queues.delivery, retry: queues.retry });
    const message = aDeliveryMessage({ turn: { at: 9, line: 7 } });
    const sends = await sendsDuring(async () => {
      await later.enqueueLater(tenantId, 'delivery', message, 0);
      await later.enqueueLater(tenantId, 'retry', { ...message, attempt: 2 }, 0);
      await later.enqueueLater(tenantId, 'retry', { ...message, attempt: 3 }, 900);
    });
    expect(sends.map(({ group }) => group)).toEqual([tenantId, tenantId, tenantId]);
    expect(await drain('delivery')).toMatchObject([{ Body: serializeDeliveryMessage(message) }]);
    expect(await drain('retry')).toMatchObject([{ Body: serializeDeliveryMessage({ ...message, attempt: 2 }) }]);
  });

  it('hold a retry back for its delay', async () => {
    const { sqs, queues } = engines();
    await createSqsRetryQueue(sqs, queues.retry).enqueueRetry(tenantId, aDeliveryMessage({ attempt: 2 }), 900);
    expect(await drain('retry')).toEqual([]);
  });
});

describe('dead letters on SQS', () => {
  it('are kept whole, with their reason as an attribute', async () => {
    const { sqs, queues } = engines();
    await createSqsDeadLetters(sqs, queues['findings-dlq']).put('{"broken', 'the body is not JSON');
    expect(await drain('findings-dlq')).toMatchObject([
      { Body: '{"broken', MessageAttributes: { reason: { StringValue: 'the body is not JSON' } } },
    ]);
  });

  it.each([
    ['a reason that just fits', 20, 'the body is not JSON'],
    ['as much of the reason as fits', 19, 'the body is not …'],
    ['hardly any of it', 4, 't…'],
    ['no reason where there is no room for one', 2, undefined],
    ['no reason where the body takes all there is', -12, undefined],
  ])('take the longest body that SQS takes, with %s', async (_what, roomBytes, reason) => {
    const { sqs, queues } = engines();
    // Name and type of the attribute count too.
    const body = 'x'.repeat(1024 * 1024 - 'reasonString'.length - roomBytes);
    await createSqsDeadLetters(sqs, queues['findings-dlq']).put(body, 'the body is not JSON');
    const [{ Body, MessageAttributes } = {}] = await drain('findings-dlq');
    expect(Body === body).toBe(true);
    expect(MessageAttributes?.['reason']?.StringValue).toBe(reason);
  });
});
