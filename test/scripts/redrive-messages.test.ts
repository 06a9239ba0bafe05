import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { describeRedrive, type RedriveRequest, redriveMessages } from '../../scripts/redrive-messages.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aTenantId } from '../builders/finding.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

describe('redrive', () => {
  const engines = useEngines();

  const aRedriveMessage = (tenant = 'acme', webhook = 'wh_1') =>
    serializeDeliveryMessage({
      ...aDeliveryMessage({ tenantId: aTenantId(tenant), webhookId: aWebhookId(webhook) }),
      attempt: 5,
      attemptLimit: 8,
      reopen: 'operator',
    });

  async function send(...bodies: readonly string[]): Promise<void> {
    for (const MessageBody of bodies) {
      const QueueUrl = engines().queues['exhausted-deliveries'];
      await engines().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  }

  /** Takes everything visible out of a queue. */
  async function drain(name: QueueName): Promise<readonly string[]> {
    const QueueUrl = engines().queues[name];
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await engines().sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) {
        return bodies;
      }
      for (const { Body = '', ReceiptHandle } of Messages) {
        bodies.push(Body);
        await engines().sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  async function countHidden(name: QueueName): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: engines().queues[name],
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
    });
    const { Attributes } = await engines().sqs.send(command);
    return Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']);
  }
  afterEach(async () => {
    await drain('retry');
    await drain('exhausted-deliveries');
    // Nothing may stay behind hidden: it would come back later, and be moved a second time by the next run.
    expect(await countHidden('exhausted-deliveries')).toBe(0);
  });

  /** Of webhooks that are not among `states` every one is enabled. */
  async function redrive(
    request: Partial<RedriveRequest> = {},
    onProgress = () => {},
    states: Readonly<Record<string, Partial<Webhook> | undefined>> = {},
  ) {
    const { sqs, queues } = engines();
    const webhooks = {
      find: async (tenantId: Webhook['tenantId'], webhookId: Webhook['webhookId']) =>
        webhookId in states && states[webhookId] === undefined
          ? undefined
          : aWebhook({ tenantId, webhookId, ...states[webhookId] }),
    };
    return redriveMessages(
      { sqs, webhooks },
      {
        exhaustedDeliveriesUrl: queues['exhausted-deliveries'],
        retryUrl: queues.retry,
        isDryRun: false,
        startedAt: Date.now() + 1,
        signal: new AbortController().signal,
        ...request,
      },
      onProgress,
    );
  }

  it('moves every redrive message once, as it is', async () => {
    const messages = Array.from({ length: 25 }, (_, index) => aRedriveMessage('acme', `wh_${index}`));
    await send(...messages);
    expect(await redrive()).toEqual({ moved: 25, left: 0, barred: 0, unreadable: 0, isWhole: true });
    expect((await drain('retry')).toSorted()).toEqual(messages.toSorted());
    expect(await drain('exhausted-deliveries')).toEqual([]);
  });

  it('leaves the redrive messages of other tenants and webhooks where they are, and visible', async () => {
    const [mine, otherWebhook, otherTenant] = [
      aRedriveMessage('acme', 'wh_1'),
      aRedriveMessage('acme', 'wh_2'),
      aRedriveMessage('globex'),
    ];
    await send(mine, otherWebhook, otherTenant);
    const count = await redrive({ tenantId: 'acme', webhookId: 'wh_1' });
    expect(count).toMatchObject({ moved: 1, left: 2 });
    expect(await drain('retry')).toEqual([mine]);
    expect((await drain('exhausted-deliveries')).toSorted()).toEqual([otherWebhook, otherTenant].toSorted());
  });

  it('moves no more than it is told to', async () => {
    await send(...Array.from({ length: 25 }, () => aRedriveMessage()));
    const count = await redrive({ max: 11 });
    // What it did not look at is not told as a rest of nothing, or of the few that it happened to receive.
    expect(count).toMatchObject({ moved: 11, isWhole: false });
    expect(describeRedrive(count, { isDryRun: false, ending: 'stopped at --max' })).toBe(
      '11 moved to the retry queue, stopped at --max',
    );
    expect(await drain('retry')).toHaveLength(11);
    expect(await drain('exhausted-deliveries')).toHaveLength(14);
  });

  it('leaves redrive messages in place that would only be used up, as their webhook may not send', async () => {
    const barred = {
      wh_gone: undefined,
      wh_paused: { state: { kind: 'paused' } },
      wh_disabled: { state: { kind: 'disabled', reason: 'gone' } },
      wh_off: { alerts: { enabled: false, minSeverity: 'info' } },
      wh_above: { alerts: { enabled: true, minSeverity: 'critical' } },
    } as const;
    const stuck = Object.keys(barred).map((webhook) => aRedriveMessage('acme', webhook));
    await send(...stuck, aRedriveMessage('acme', 'wh_paused'), aRedriveMessage());
    const count = await redrive({}, () => {}, barred);
    expect(count).toEqual({ moved: 1, left: 0, barred: 6, unreadable: 0, isWhole: true });
    expect(describeRedrive(count, { isDryRun: false })).toBe(
      '1 moved to the retry queue, 0 left in place, 6 left: webhook gone, paused or disabled, or its alert rule does not pass them',
    );
    expect(await drain('retry')).toEqual([aRedriveMessage()]);
    expect(await drain('exhausted-deliveries')).toHaveLength(6);
  });

  it('leaves and reports what cannot be read', async () => {
    await send('not a redrive message', aRedriveMessage());
    expect(await redrive()).toMatchObject({ moved: 1, left: 0, unreadable: 1 });
    expect(await drain('exhausted-deliveries')).toEqual(['not a redrive message']);
  });

  it('leaves redrive messages that came in after it began, so that failing deliveries do not go round in circles', async () => {
    await send(aRedriveMessage());
    expect(await redrive({ startedAt: Date.now() - 60_000 })).toMatchObject({ moved: 0, left: 1 });
    expect(await drain('exhausted-deliveries')).toHaveLength(1);
  });

  it('only counts in a dry run', async () => {
    await send(aRedriveMessage(), aRedriveMessage('globex'));
    expect(await redrive({ tenantId: 'globex', isDryRun: true })).toMatchObject({ moved: 1 });
    expect(await drain('retry')).toEqual([]);
    expect(await drain('exhausted-deliveries')).toHaveLength(2);
  });

  it('finishes its batch and releases the rest when interrupted', async () => {
    await send(...Array.from({ length: 25 }, (_, index) => aRedriveMessage(index % 2 === 0 ? 'acme' : 'globex')));
    const interruption = new AbortController();
    const count = await redrive({ tenantId: 'acme', signal: interruption.signal }, () => interruption.abort());
    expect(count.moved).toBe(5);
    expect(await drain('retry')).toHaveLength(5);
    expect(await drain('exhausted-deliveries')).toHaveLength(20);
  });
});
