import { describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage, aDeliveryRow, messageRecord } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { aSendWorld } from '../../fakes/send-world.ts';

function aMessageFor(webhook: string, finding = 'fnd_1'): DeliveryMessage {
  return aDeliveryMessage({ webhookId: aWebhookId(webhook), finding: aCanonicalFinding({ id: finding }) });
}

function tenMessages(): DeliveryMessage[] {
  return Array.from({ length: 10 }, (_, index) => aMessageFor('wh_siem', `fnd_${index}`));
}

const OAUTH = { tokenUrl: 'https://login.example/token', clientId: 'thalian', clientAuthentication: 'basic' } as const;

describe('a batch', () => {
  it('of ten first successes is recorded in one write', async () => {
    const world = aSendWorld();
    const writes: number[] = [];
    const putAll = world.log.putAll.bind(world.log);
    world.log.putAll = (rows) => {
      writes.push(rows.length);
      return putAll(rows);
    };
    expect(await world.receive(...tenMessages().map((message) => messageRecord(message)))).toEqual([]);
    expect(writes).toEqual([10]);
    expect(world.store.updates).toBe(0);
    expect(world.telemetry.counted('delivery.delivered')).toBe(10);
    expect(world.telemetry.lines).toHaveLength(10);
    expect(world.telemetry.flushes).toBe(1);
  });

  it('counts for the objective the first attempts to webhooks that are not failing, and those without a response', async () => {
    const failing = aWebhook({ webhookId: aWebhookId('wh_dead'), health: { failuresInARow: 5, exhaustedCount: 0 } });
    const world = aSendWorld({ webhooks: [aWebhook(), failing], replies: [200, 500, 'timeout', 200, 'timeout'] });
    const counted = () =>
      (['first-attempt.made', 'first-attempt.unanswered'] as const).map((metric) => world.telemetry.counted(metric));

    await world.receive(messageRecord(aMessageFor('wh_siem', 'fnd_1')));
    expect(counted()).toEqual([1, 0]);
    await world.receive(messageRecord(aMessageFor('wh_siem', 'fnd_2')));
    expect(counted()).toEqual([2, 0]);
    await world.receive(messageRecord(aMessageFor('wh_siem', 'fnd_3')));
    expect(counted()).toEqual([3, 1]);
    await world.receive(messageRecord({ ...aMessageFor('wh_siem', 'fnd_4'), attempt: 2 }));
    await world.receive(messageRecord(aMessageFor('wh_dead', 'fnd_5'), { queue: 'retry' }));
    expect(world.client.requests).toHaveLength(5);
    expect(counted()).toEqual([3, 1]);
  });

  it('counts a token URL that refuses as reached, and one that does not answer as not', async () => {
    const unreached = { error: 'connect-failed', cause: 'connection-refused' } as const;
    const replies = [{ statusCode: 401, body: '{"error":"invalid_client"}' }, unreached];
    const world = aSendWorld({ webhooks: [aWebhook({ oauth: OAUTH })], replies });
    await world.receive(messageRecord(aMessageFor('wh_siem', 'fnd_1')));
    expect(world.telemetry.counted('first-attempt.made')).toBe(1);
    expect(world.telemetry.counted('first-attempt.unanswered')).toBe(0);
    await world.receive(messageRecord(aMessageFor('wh_siem', 'fnd_2')));
    expect(world.telemetry.counted('first-attempt.unanswered')).toBe(1);
    expect(world.client.requests.map(({ url }) => url)).toEqual([OAUTH.tokenUrl, OAUTH.tokenUrl]);
  });

  it('disables no webhook because its token URL is gone', async () => {
    const world = aSendWorld({ webhooks: [aWebhook({ oauth: OAUTH })], replies: [410] });
    const message = aMessageFor('wh_siem', 'fnd_1');
    await world.receive(messageRecord(message));
    expect((await world.store.find(message.tenantId, message.webhookId))?.state).toEqual({ kind: 'enabled' });
    expect(world.log.row(message)).toMatchObject({ status: 'pending', attempts: [{ cause: 'token-refused' }] });
  });

  it('names exactly the items that the table left out of a write', async () => {
    const world = aSendWorld();
    const messages = tenMessages();
    const unlucky = messages[3] ?? aDeliveryMessage();
    world.log.leftOut.add(unlucky.deliveryId);
    expect(await world.receive(...messages.map((message) => messageRecord(message)))).toEqual(['m4']);
    expect(world.log.row(unlucky)).toBeUndefined();
    expect(world.log.rows.size).toBe(9);
  });

  it('delivers the others when one message cannot be understood', async () => {
    const world = aSendWorld();
    const returned = await world.receive({ body: 'not json' }, messageRecord(aDeliveryMessage()), {
      body: JSON.stringify({ v: 99 }),
    });
    expect(returned).toEqual([]);
    expect(world.client.requests).toHaveLength(1);
    expect(world.queues.dead.map(({ body }) => body)).toEqual(['not json', '{"v":99}']);
    expect(world.queues.dead[1]?.reason).toContain('this service reads versions 1');
    expect(world.telemetry.counted('delivery.poisoned')).toBe(2);
  });

  it('keeps a message that cannot be understood on the queue while the poison queue is down', async () => {
    const world = aSendWorld();
    world.queues.shut = true;
    expect(await world.receive({ body: 'not json' })).toEqual(['m1']);
  });

  it('posts an exact duplicate once and acknowledges both', async () => {
    const world = aSendWorld();
    const record = messageRecord(aDeliveryMessage());
    expect(await world.receive(record, record)).toEqual([]);
    expect(world.client.requests).toHaveLength(1);
  });

  it('handles one of two different messages for a delivery and returns the other', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 1 })] });
    const returned = await world.receive(
      messageRecord(aDeliveryMessage({ attempt: 2 })),
      messageRecord(aDeliveryMessage({ attempt: 1 })),
    );
    expect(returned).toEqual(['m2']);
    expect(world.client.requests).toHaveLength(1);
  });

  it('returns only the deliveries of which the reading is incomplete: absence proves nothing there', async () => {
    const world = aSendWorld({ webhooks: [] });
    const [read, unread] = [aMessageFor('wh_a'), aMessageFor('wh_b')];
    world.reader.unread.add(unread.deliveryId);
    expect(await world.receive(messageRecord(read), messageRecord(unread))).toEqual(['m2']);
    expect(world.log.row(read)).toMatchObject({ status: 'cancelled', reason: 'webhook-gone' });
    expect(world.log.row(unread)).toBeUndefined();
  });

  it('comes back whole when the tables cannot be read', async () => {
    const world = aSendWorld();
    world.reader.read = async () => {
      throw new Error('down');
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.client.requests).toHaveLength(0);
  });

  it('sends a finding to the webhook of its tenant only', async () => {
    const theirs = aWebhook({ tenantId: aTenantId('globex'), url: 'https://globex.example/' });
    const world = aSendWorld({ webhooks: [theirs] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.client.requests).toEqual([]);
  });
});

describe('a slow receiver', () => {
  it("does not keep the others' successes unrecorded for more than 500 ms", async () => {
    const world = aSendWorld({
      webhooks: [aWebhook(), aWebhook({ webhookId: aWebhookId('wh_slow'), url: 'https://slow.example/' })],
    });
    const hanging = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    world.client.meanwhile = async ({ url }) => {
      if (url.startsWith('https://slow')) {
        reached.resolve();
        await hanging.promise;
      }
    };
    const [quick, slow] = [aMessageFor('wh_siem'), aMessageFor('wh_slow')];
    const received = world.receive(messageRecord(quick), messageRecord(slow));
    await reached.promise;
    await new Promise(setImmediate);
    world.clock.moveOn(499);
    await new Promise(setImmediate);
    expect(world.log.row(quick)).toBeUndefined();
    world.clock.moveOn(1);
    await new Promise(setImmediate);
    expect(world.log.row(quick)).toMatchObject({ status: 'delivered' });
    hanging.resolve();
    expect(await received).toEqual([]);
    expect(world.log.row(slow)).toMatchObject({ status: 'delivered' });
  });
});

describe('the time that is left', () => {
  it('is not spent on an attempt that could end unrecorded', async () => {
    const world = aSendWorld();
    world.leaveMillis(14_999);
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.client.requests).toEqual([]);
    world.leaveMillis(15_000);
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(world.client.requests).toHaveLength(1);
  });
});

describe('the time that a claim takes', () => {
  it('counts too: an attempt that could end unrecorded is not begun after it', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 1 })] });
    const write = world.log.write.bind(world.log);
    world.log.write = (tenantId, change) => {
      world.leaveMillis(14_999);
      return write(tenantId, change);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(world.client.requests).toEqual([]);
  });
});

describe('a fault of our own', () => {
  it('consumes no attempt: a secret that cannot be read leaves the message and the row alone', async () => {
    const secret = { arn: 'arn:x', versionId: 'v' };
    const row = aDeliveryRow({ lastAttempt: 1 });
    const world = aSendWorld({ webhooks: [aWebhook({ secret })], rows: [row] });
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(world.log.row(row)).toEqual(row);
    expect(world.client.requests).toEqual([]);
  });

  it('after the failure is recorded returns the item, and the next receive continues', async () => {
    const world = aSendWorld({ replies: [500] });
    world.queues.shut = true;
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'pending', lastAttempt: 1 });
    world.queues.shut = false;
    expect(await world.receive(messageRecord(aDeliveryMessage(), { receiveCount: 2 }))).toEqual([]);
    expect(world.client.requests).toHaveLength(1);
    expect(world.queues.retries.map(({ message }) => message.attempt)).toEqual([2]);
  });

  it('before the redrive message is sent returns the item, and the next receive sends it', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [500] });
    world.queues.shut = true;
    const record = messageRecord(aDeliveryMessage({ attempt: 4 }));
    expect(await world.receive(record)).toEqual(['m1']);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'failed', reason: 'exhausted' });
    world.queues.shut = false;
    expect(await world.receive({ ...record, receiveCount: 2 })).toEqual([]);
    expect(world.queues.redriveMessages).toHaveLength(1);
    expect(world.log.row(aDeliveryRow())).toHaveProperty('ticketSentAt');
  });

  it('that is a bug is logged and leaves the item on the queue', async () => {
    const world = aSendWorld({ webhooks: [aWebhook({ format: { id: 'of-a-later-version', options: {} } })] });
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.telemetry.failures[0]).toMatchObject({ event: 'delivery.broken' });
  });
});

describe('another worker at the same delivery', () => {
  it('a claim whose first response was lost is still our claim', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 1 })] });
    const write = world.log.write.bind(world.log);
    world.log.write = async (tenantId, change) => {
      const outcome = await write(tenantId, change);
      // What the SDK's own retry of an applied write reports.
      return change.row.lease === undefined ? outcome : 'conflict';
    };
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual([]);
    expect(world.client.requests).toHaveLength(1);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'delivered', lastAttempt: 2 });
  });

  it('a claim that another won is theirs: nothing is posted and the item comes back', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 1 })] });
    const write = world.log.write.bind(world.log);
    world.log.write = (tenantId, change) => {
      const theirs = { ...change.row, lease: 'theirs' };
      world.log.rows.set(`acme#wh_siem#${theirs.deliveryId}`, theirs);
      return write(tenantId, change);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(world.client.requests).toEqual([]);
  });

  it('a failure recorded by a duplicate receive is continued, not merely acknowledged', async () => {
    const world = aSendWorld({ replies: [500] });
    world.client.meanwhile = () => {
      const recorded = aDeliveryRow({ lastAttempt: 1, nextAttemptAt: world.clock.now() + 30_000 });
      world.log.rows.set(`acme#wh_siem#${recorded.deliveryId}`, recorded);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(world.queues.retries.map(({ message }) => message.attempt)).toEqual([2]);
  });

  it('a failure that comes in after a success of another worker is not retried', async () => {
    const world = aSendWorld({ replies: [500] });
    const delivered = aDeliveryRow({ status: 'delivered', lastAttempt: 1 });
    world.client.meanwhile = () => {
      world.log.rows.set(`acme#wh_siem#${delivered.deliveryId}`, delivered);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(world.log.row(delivered)).toEqual(delivered);
    expect(world.queues.retries).toEqual([]);
    expect(world.telemetry.counted('delivery.retried')).toBe(0);
  });

  it('a delivery that another worker claims meanwhile is not cancelled: the message comes back', async () => {
    const paused = aWebhook({ state: { kind: 'paused' } });
    const world = aSendWorld({ webhooks: [paused], rows: [aDeliveryRow({ lastAttempt: 1 })] });
    const claimed = aDeliveryRow({ lastAttempt: 1, lease: 'theirs', leaseUntil: world.clock.now() + 1 });
    const write = world.log.write.bind(world.log);
    world.log.write = (tenantId, change) => {
      world.log.rows.set(`acme#wh_siem#${claimed.deliveryId}`, claimed);
      return write(tenantId, change);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(world.log.row(claimed)).toEqual(claimed);
    expect(world.telemetry.counted('delivery.cancelled')).toBe(0);
  });

  it('a late success overwrites the failure that a duplicate recorded', async () => {
    const world = aSendWorld();
    world.client.meanwhile = () => {
      const recorded = aDeliveryRow({ lastAttempt: 1, nextAttemptAt: world.clock.now() + 30_000 });
      world.log.rows.set(`acme#wh_siem#${recorded.deliveryId}`, recorded);
    };
    // Received before, so that it is not written blindly with the batch.
    expect(await world.receive(messageRecord(aDeliveryMessage(), { receiveCount: 2 }))).toEqual([]);
    const row = world.log.row(aDeliveryRow());
    expect(row).toMatchObject({ status: 'delivered', lastAttempt: 1 });
    expect(row?.attempts.at(-1)).toMatchObject({ number: 1, statusCode: 200, duplicate: true });
  });
});

describe('a re-opening that may not be sent', () => {
  const ended = aDeliveryRow({ status: 'failed', reason: 'exhausted', lastAttempt: 4, failedAt: 1, ticketSentAt: 2 });
  const redriveMessage = aDeliveryMessage({ attempt: 5, attemptLimit: 8, reopen: 'operator' });

  it.each<[reason: string, webhook: Partial<Webhook> | undefined]>([
    ['webhook-gone', undefined],
    ['webhook-paused', { state: { kind: 'paused' } }],
    ['webhook-disabled', { state: { kind: 'disabled', reason: 'gone' } }],
    ['alerts-off', { alerts: { enabled: false, minSeverity: 'info' } }],
    ['below-threshold', { alerts: { enabled: true, minSeverity: 'critical' } }],
    ['not-selected', { alerts: { enabled: true, minSeverity: 'info', platforms: ['github'] } }],
  ])('is used up, and the refusal is logged: %s', async (reason, webhook) => {
    const world = aSendWorld({ webhooks: webhook === undefined ? [] : [aWebhook(webhook)], rows: [ended] });
    expect(await world.receive(messageRecord(redriveMessage))).toEqual([]);
    const { tenantId, webhookId, deliveryId } = redriveMessage;
    expect(world.telemetry.warnings).toEqual([
      { event: 'reopen.refused', fields: { tenantId, webhookId, deliveryId, reopen: 'operator', reason } },
    ]);
    expect(world.telemetry.counted('reopen.refused')).toBe(1);
  });
});

describe('a message that was edited', () => {
  const edited = (reopen?: 'operator') => {
    const finding = aCanonicalFinding({ title: 'Edited', severity: { level: 'critical', score: 99 } });
    const { deliveryId } = aDeliveryMessage();
    return aDeliveryMessage({ deliveryId, attempt: 5, attemptLimit: 8, finding, ...(reopen && { reopen }) });
  };

  it.each([
    ['a redrive message', { status: 'failed', reason: 'exhausted', failedAt: 1, ticketSentAt: 2 }, edited('operator')],
    ['a retry', { status: 'pending', attemptLimit: 8 }, edited()],
  ] as const)('sends what the log has, byte for byte: %s', async (_what, row, message) => {
    const atFirst = aSendWorld();
    await atFirst.receive(messageRecord(aDeliveryMessage()));
    const world = aSendWorld({ rows: [aDeliveryRow({ ...row, lastAttempt: 4 })] });
    expect(await world.receive(messageRecord(message))).toEqual([]);
    expect(world.client.requests.map(({ body }) => body)).toEqual(atFirst.client.requests.map(({ body }) => body));
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'delivered', finding: aCanonicalFinding() });
  });

  it('is held to the severity in the log', async () => {
    const row = aDeliveryRow({ status: 'failed', reason: 'exhausted', lastAttempt: 4, failedAt: 1, ticketSentAt: 2 });
    const aboveIt = aWebhook({ alerts: { enabled: true, minSeverity: 'critical' } });
    const world = aSendWorld({ webhooks: [aboveIt], rows: [row] });
    expect(await world.receive(messageRecord(edited('operator')))).toEqual([]);
    expect(world.client.requests).toEqual([]);
    expect(world.log.row(row)).toEqual(row);
  });

  it('comes back if the log itself cannot be read, and uses up no attempt', async () => {
    const row = aDeliveryRow({ lastAttempt: 4, attemptLimit: 8, finding: '{}' });
    const world = aSendWorld({ rows: [row] });
    expect(await world.receive(messageRecord(edited()))).toEqual(['m1']);
    expect(world.telemetry.failures).toMatchObject([{ event: 'delivery.broken' }]);
    expect(world.log.row(row)).toEqual(row);
  });
});

describe('health', () => {
  it('is written up to five failures and then no more', async () => {
    const world = aSendWorld({ replies: [500] });
    for (let index = 0; index < 8; index += 1) {
      await world.receive(messageRecord(aMessageFor('wh_siem', `fnd_${index}`)));
    }
    expect(world.store.updates).toBe(5);
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({ health: { failuresInARow: 5 } });
  });

  it('is cleared once by a batch of successes', async () => {
    const failing = aWebhook({ health: { failuresInARow: 5, exhaustedCount: 2, failingSince: 1 } });
    const world = aSendWorld({ webhooks: [failing] });
    await world.receive(...tenMessages().map((message) => messageRecord(message, { queue: 'retry' })));
    expect(world.store.updates).toBe(1);
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({
      health: { failuresInARow: 0, exhaustedCount: 0 },
    });
  });

  it('counts an exhausted delivery', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [500] });
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 4 })));
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({
      health: { exhaustedCount: 1, failingSince: world.clock.now() },
    });
  });

  it('of two tenants whose webhooks share an id is kept apart', async () => {
    const failing = { failuresInARow: 3, exhaustedCount: 0 };
    const [acme, globex] = ['acme', 'globex'].map((tenant) => aTenantId(tenant));
    const world = aSendWorld({
      webhooks: [acme, globex].map((tenantId) => aWebhook({ ...(tenantId && { tenantId }), health: failing })),
    });
    const messages = [acme, globex].map((tenantId) => aDeliveryMessage({ ...(tenantId && { tenantId }) }));
    await world.receive(...messages.map((message) => messageRecord(message)));
    expect([...world.store.webhooks.values()].map(({ health }) => health.failuresInARow)).toEqual([0, 0]);
  });

  it('410 disables the webhook even if its record is lost', async () => {
    const world = aSendWorld({ replies: [410] });
    world.log.write = async () => {
      throw new DependencyUnavailable('delivery-log', 'write a row', new Error('down'));
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({ state: { kind: 'disabled' } });
  });

  it('410 disables the webhook', async () => {
    const world = aSendWorld({ replies: [410] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({
      state: { kind: 'disabled', reason: 'gone' },
    });
    expect(world.telemetry.counted('webhook.disabled')).toBe(1);
  });
});

describe('a returned message', () => {
  const records = [1, 2, 7].map((receiveCount, index) =>
    messageRecord(aMessageFor('wh_siem', `fnd_${index}`), { receiveCount }),
  );
  const down = async () => {
    throw new DependencyUnavailable('delivery-log', 'read a batch', new Error('down'));
  };
  const delaysOf = (world: ReturnType<typeof aSendWorld>) =>
    world.returns.returned.map(({ receiptHandle, delaySeconds }) => [receiptHandle, delaySeconds]);

  it('comes back after seconds, and later and later each time', async () => {
    const world = aSendWorld();
    world.reader.read = down;
    expect(await world.receive(...records)).toEqual(['m1', 'm2', 'm3']);
    expect(delaysOf(world)).toEqual([
      ['receipt-m1', 5],
      ['receipt-m2', 10],
      ['receipt-m3', 180],
    ]);
    expect(world.returns.returned[0]?.queueArn).toBe('arn:aws:sqs:us-east-1:000000000000:delivery');
  });

  it('comes back when the lease of the other worker ends', async () => {
    const leaseUntil = new ManualClock().now() + 34_500;
    const world = aSendWorld({ rows: [aDeliveryRow({ lease: 'theirs', leaseUntil })] });
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(delaysOf(world)).toEqual([['receipt-m1', 35]]);
  });

  it('comes back when its own lease ends, if the claim has left no time for the attempt', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow()] });
    const write = world.log.write.bind(world.log);
    world.log.write = async (tenantId, change) => {
      world.leaveMillis(14_999);
      return write(tenantId, change);
    };
    expect(await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })))).toEqual(['m1']);
    expect(world.client.requests).toEqual([]);
    expect(delaysOf(world)).toEqual([['receipt-m1', 35]]);
  });

  it('stays on the queue all the same when its delay is not taken', async () => {
    const world = aSendWorld();
    world.reader.read = down;
    world.returns.shut = true;
    expect(await world.receive(...records)).toEqual(['m1', 'm2', 'm3']);
    expect(world.telemetry.failures.map(({ event }) => event)).toContain('items.undelayed');
    expect(world.telemetry.counted('item.returned')).toBe(3);
  });

  it('costs nothing while none is', async () => {
    const world = aSendWorld();
    world.returns.shut = true;
    expect(await world.receive(...records)).toEqual([]);
    expect(world.telemetry.failures).toEqual([]);
  });
});

describe('refused deliveries', () => {
  const dueOf = (world: ReturnType<typeof aSendWorld>) =>
    [...world.log.rows.values()].map(({ nextAttemptAt = 0 }) => nextAttemptAt).sort((a, b) => a - b);
  const endOf = async (world: ReturnType<typeof aSendWorld>) =>
    (await world.store.find(aTenantId(), aWebhookId()))?.retryTurnAt;

  it.each([
    ['429', 429, 1_200],
    ['a failure that asks to wait', { statusCode: 503, headers: { 'retry-after': '60' } }, 72_000],
  ] as const)('of a batch are made again one after the other: %s', async (_what, reply, gap) => {
    const world = aSendWorld({ replies: [reply] });
    expect(await world.receive(...tenMessages().map((message) => messageRecord(message)))).toEqual([]);
    const due = dueOf(world);
    for (const [index, at] of due.entries()) {
      expect(at).toBeGreaterThanOrEqual(index === 0 ? world.clock.now() + 30_000 : (due[index - 1] ?? 0) + gap);
    }
    expect(await endOf(world)).toBe((due.at(-1) ?? 0) + gap);
    const delays = world.queues.retries.map(({ delaySeconds }) => delaySeconds).sort((a, b) => a - b);
    expect(delays).toEqual(due.map((at) => Math.min(900, Math.ceil((at - world.clock.now()) / 1000))));
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({ revision: aWebhook().revision });
  });

  it('are told from failures, which say nothing about how many the receiver takes', async () => {
    const world = aSendWorld({ replies: [500] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(await endOf(world)).toBeUndefined();
  });

  it('take no turn with the last attempt', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [429] });
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 4 })));
    expect(await endOf(world)).toBeUndefined();
    expect(world.queues.redriveMessages).toHaveLength(1);
  });

  it('spread over half an hour when the line is full', async () => {
    const full = new ManualClock().now() + 3 * 3_600_000;
    const world = aSendWorld({ webhooks: [aWebhook({ retryTurnAt: full })], replies: [429] });
    await world.receive(...tenMessages().map((message) => messageRecord(message)));
    const due = dueOf(world).map((at) => at - world.clock.now());
    expect(Math.min(...due)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...due)).toBeLessThanOrEqual(36_000 + 30 * 60_000);
    expect(Math.max(...due) - Math.min(...due)).toBeGreaterThan(60_000);
    expect(await endOf(world)).toBe(full);
  });

  it('go when they are due if the line cannot be written, and are not returned', async () => {
    const world = aSendWorld({ replies: [429] });
    world.store.takeTurn = async () => {
      throw new DependencyUnavailable('config-table', 'take a turn', new Error('down'));
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'pending', lastAttempt: 1 });
    expect(world.telemetry.failures).toMatchObject([{ event: 'turn.untaken' }]);
    expect(world.queues.retries).toHaveLength(1);
  });
});

describe('slowness', () => {
  const MINUTE = 60_000;

  async function slowAtOf(world: ReturnType<typeof aSendWorld>) {
    return (await world.store.find(aTenantId(), aWebhookId()))?.health.slowAt;
  }

  /** A webhook that has been slow for this long, and one quick attempt at it. */
  async function afterAQuickAttempt(slowForMillis: number, reply: number) {
    const now = new ManualClock().now();
    const health = { failuresInARow: 0, exhaustedCount: 0, slowAt: now - slowForMillis };
    const world = aSendWorld({ webhooks: [aWebhook({ health })], replies: [reply] });
    expect(await world.receive(messageRecord(aDeliveryMessage(), { queue: 'retry' }))).toEqual([]);
    return world;
  }

  it('is noted once an attempt has lasted a second, while it is under way', async () => {
    const world = aSendWorld();
    const seen: (number | undefined)[] = [];
    world.client.meanwhile = async () => {
      world.clock.moveOn(999);
      seen.push(await slowAtOf(world));
      world.clock.moveOn(1);
      seen.push(await slowAtOf(world));
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(seen).toEqual([undefined, world.clock.now()]);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'delivered' });
  });

  it('is not noted of an attempt that has ended before', async () => {
    const world = aSendWorld();
    await world.receive(messageRecord(aDeliveryMessage()));
    world.clock.moveOn(60_000);
    expect(world.store.updates).toBe(0);
  });

  it('of a whole batch is one write', async () => {
    const world = aSendWorld();
    world.client.meanwhile = () => world.clock.moveOn(1_000);
    await world.receive(...tenMessages().map((message) => messageRecord(message)));
    expect(world.store.updates).toBe(1);
  });

  it('that cannot be noted changes nothing else', async () => {
    const world = aSendWorld();
    world.client.meanwhile = () => world.clock.moveOn(1_000);
    world.store.update = async () => {
      throw new DependencyUnavailable('config-table', 'change a webhook', new Error('down'));
    };
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual([]);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'delivered' });
    expect(world.telemetry.failures).toMatchObject([{ event: 'slowness.unnoted' }]);
  });

  it.each([200, 500])('is over with an attempt that is quick and answers %i, ten minutes later', async (reply) => {
    const world = await afterAQuickAttempt(10 * MINUTE, reply);
    expect(await slowAtOf(world)).toBeUndefined();
  });

  it('is not over with a quick attempt before that', async () => {
    const world = await afterAQuickAttempt(10 * MINUTE - 1, 200);
    expect(await slowAtOf(world)).toBe(world.clock.now() - 10 * MINUTE + 1);
  });

  it('sends what is queued on, and returns it while the retry queue is down', async () => {
    const slow = aWebhook({ health: { failuresInARow: 0, exhaustedCount: 0, slowAt: 1 } });
    const world = aSendWorld({ webhooks: [slow] });
    world.queues.shut = true;
    const records = tenMessages().map((message) => messageRecord(message));
    expect(await world.receive(...records)).toHaveLength(10);
    world.queues.shut = false;
    expect(await world.receive(...records)).toEqual([]);
    expect(world.queues.retries.map(({ message, delaySeconds }) => [message.sentOn, delaySeconds])).toEqual(
      Array(10).fill([true, 0]),
    );
    expect(world.client.requests).toEqual([]);
    expect(world.log.rows.size).toBe(0);
  });
});

describe('auto-disable', () => {
  const HOUR = 60 * 60 * 1000;
  const longFailing = { failuresInARow: 5, exhaustedCount: 19, failingSince: 0 };

  function exhaustingAt(health: Webhook['health']) {
    return aSendWorld({ webhooks: [aWebhook({ health })], rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [500] });
  }

  it('comes with the twentieth exhausted delivery after three days, is announced, and holds what follows', async () => {
    const world = exhaustingAt(longFailing);
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 4 }), { queue: 'retry' }));
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({
      state: { kind: 'disabled', reason: 'failing' },
    });
    expect(world.announcer.announcements.map(({ kind }) => kind)).toEqual(['webhook-disabled', 'delivery-failed']);
    expect(world.queues.redriveMessages).toHaveLength(1);
    const next = aMessageFor('wh_siem', 'fnd_next');
    await world.receive(messageRecord(next));
    expect(world.log.row(next)).toMatchObject({ status: 'held' });
    expect(world.client.requests).toHaveLength(1);
  });

  it.each([
    ['too few were exhausted', { ...longFailing, exhaustedCount: 18 }],
    ['it has not been long enough', { ...longFailing, failingSince: new ManualClock().now() - 72 * HOUR + 1 }],
  ])('does not come when %s', async (_why, health) => {
    const world = exhaustingAt(health);
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 4 }), { queue: 'retry' }));
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({ state: { kind: 'enabled' } });
  });
});

describe('announcements', () => {
  it('say that a delivery failed, before its redrive message goes out', async () => {
    const world = aSendWorld({ rows: [aDeliveryRow({ lastAttempt: 3 })], replies: [500] });
    world.announcer.shut = true;
    const record = messageRecord(aDeliveryMessage({ attempt: 4 }));
    expect(await world.receive(record)).toEqual(['m1']);
    expect(world.queues.redriveMessages).toEqual([]);
    world.announcer.shut = false;
    expect(await world.receive({ ...record, receiveCount: 2 })).toEqual([]);
    expect(world.announcer.announcements).toMatchObject([
      { kind: 'delivery-failed', tenantId: 'acme', webhookId: 'wh_siem', reason: 'exhausted', attempts: 4 },
    ]);
    expect(world.queues.redriveMessages).toHaveLength(1);
  });

  it('say that a webhook recovered, once, when it had exhausted deliveries', async () => {
    const failing = aWebhook({ health: { failuresInARow: 5, exhaustedCount: 2, failingSince: 1 } });
    const world = aSendWorld({ webhooks: [failing] });
    await world.receive(...tenMessages().map((message) => messageRecord(message, { queue: 'retry' })));
    expect(world.announcer.announcements).toEqual([
      { kind: 'webhook-recovered', tenantId: 'acme', webhookId: 'wh_siem' },
    ]);
  });

  it('that the bus does not take do not keep a final result off the record', async () => {
    const world = aSendWorld({ replies: [410] });
    world.announcer.shut = true;
    expect(await world.receive(messageRecord(aDeliveryMessage()))).toEqual(['m1']);
    expect(world.log.row(aDeliveryRow())).toMatchObject({ status: 'failed', reason: 'gone', lastAttempt: 1 });
    expect(await world.store.find(aTenantId(), aWebhookId())).toMatchObject({ state: { kind: 'disabled' } });
  });

  it('say nothing of a webhook that only stumbled', async () => {
    const stumbling = aWebhook({ health: { failuresInARow: 2, exhaustedCount: 0 } });
    const world = aSendWorld({ webhooks: [stumbling] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.announcer.announcements).toEqual([]);
  });

  it.each([
    [410, ['webhook-disabled', 'delivery-failed']],
    ['address-refused', ['delivery-failed']],
  ] as const)('say what a final result (%s) means', async (reply, kinds) => {
    const world = aSendWorld({ replies: [reply] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.announcer.announcements.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('a refused address', () => {
  it('fails at once, without retries and without a redrive message', async () => {
    const world = aSendWorld({ replies: ['address-refused'] });
    await world.receive(messageRecord(aDeliveryMessage()));
    expect(world.log.row(aDeliveryRow())).toMatchObject({
      status: 'failed',
      reason: 'address-refused',
      attempts: [{ number: 1, error: 'address-refused' }],
    });
    expect(world.queues.retries).toEqual([]);
    expect(world.queues.redriveMessages).toEqual([]);
    expect(world.telemetry.counted('address.refused')).toBe(1);
  });
});

describe('what is logged about an attempt', () => {
  it('is one line of bounded size with the decision, and no secret, URL or body', async () => {
    const world = aSendWorld({
      replies: [{ statusCode: 500, body: 'you sent a-secret-of-the-tenant and token-in-header-9' }],
    });
    const secret = await world.secrets.create(aTenantId(), aWebhookId(), 'v1', {
      signing: { current: 'a-secret-of-the-tenant' },
      headers: { 'x-api-key': 'token-in-header-9' },
    });
    const webhook = aWebhook({ secret, url: 'https://siem.example:8443/hook/SECRET?key=SECRET' });
    world.store.webhooks.set('acme#wh_siem', webhook);
    await world.receive(messageRecord(aDeliveryMessage()));

    const [line] = world.telemetry.lines;
    expect(line).toMatchObject({
      attempt: 1,
      attemptLimit: 4,
      host: 'siem.example:8443',
      statusCode: 500,
      decision: 'retry',
      format: 'json',
    });
    expect(JSON.stringify(line).length).toBeLessThan(500);
    const everything = JSON.stringify([
      world.telemetry.lines,
      world.telemetry.warnings,
      [...world.log.rows.values()],
      world.queues.retries,
    ]);
    expect(everything).not.toContain('a-secret-of-the-tenant');
    expect(everything).not.toContain('token-in-header-9');
    expect(JSON.stringify(world.telemetry.lines)).not.toContain('SECRET');
    expect(world.log.row(aDeliveryRow())?.attempts[0]?.response).toBe('you sent *** and ***');
  });

  it('is logged with its cause and the technical code, and never with the place a redirect leads to', async () => {
    const failure = { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
    const redirect = { statusCode: 302, headers: { location: 'https://elsewhere.example/hook' } };
    const world = aSendWorld({ replies: [failure, redirect] });
    await world.receive(messageRecord(aDeliveryMessage()));
    world.clock.moveOn(600_000);
    await world.receive(messageRecord(aDeliveryMessage({ attempt: 2 })));
    expect(world.telemetry.lines).toMatchObject([failure, { statusCode: 302 }]);
    expect(JSON.stringify(world.telemetry.lines)).not.toContain('elsewhere');
    expect(world.log.row(aDeliveryRow())?.attempts).toMatchObject([
      failure,
      { statusCode: 302, location: 'https://elsewhere.example/hook' },
    ]);
  });
});
