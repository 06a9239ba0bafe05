import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoEventList } from '../../../shared/delivery/event-list.dynamo.ts';
import type { EventList, EventListReader } from '../../../shared/delivery/event-list.port.ts';
import { createDynamoEventListReader } from '../../../shared/delivery/event-list-reader.dynamo.ts';
import { eventsKey } from '../../../shared/delivery/keys.dynamo.ts';
import { listEvents } from '../../../shared/delivery/list-events.flow.ts';
import { positionOf } from '../../../shared/delivery/listed-event.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const engines = useEngines();

interface Lists {
  readonly list: EventList;
  readonly reader: EventListReader;
}

const IMPLEMENTATIONS: readonly (readonly [string, () => Lists])[] = [
  [
    'in memory',
    () => {
      const list = new MemoryEventList();
      return { list, reader: list };
    },
  ],
  [
    'on DynamoDB',
    () => {
      const { dynamo, tables } = engines();
      return {
        list: createDynamoEventList(dynamo, tables.deliveryLog),
        reader: createDynamoEventListReader(dynamo, tables.deliveryLog),
      };
    },
  ],
];

let webhooks = 0;

function aFreshWebhookId() {
  webhooks += 1;
  return aWebhookId(`wh_events_${webhooks}`);
}

describe.each(IMPLEMENTATIONS)('the list of events %s', (_where, create) => {
  function aWebhooksList(webhookId = aFreshWebhookId(), tenantId = aTenantId()) {
    const { list, reader } = create();
    const message = (id: string) => aDeliveryMessage({ tenantId, webhookId, finding: aCanonicalFinding({ id }) });
    return {
      list,
      message,
      add: (at: number, ...ids: readonly string[]) => list.add(ids.map(message), at),
      read: (after: string, until: number, limit = 100) => reader.read(tenantId, webhookId, { after, until }, limit),
      keys: (after: string, until: number, limit = 100) =>
        reader.readKeys(tenantId, webhookId, { after, until }, limit),
      reader,
    };
  }

  it('is in the order of listing, whatever the ids are', async () => {
    const { add, read, message } = aWebhooksList();
    await add(NOON + 2, 'c');
    await add(NOON, 'a');
    await add(NOON + 1, 'b');
    const { events, isCut } = await read(positionOf(0), NOON + 3);
    expect(events.map(({ listedAt }) => listedAt)).toEqual([NOON, NOON + 1, NOON + 2]);
    expect(events[0]).toEqual({
      deliveryId: message('a').deliveryId,
      listedAt: NOON,
      finding: message('a').finding,
      lifecycle: { event: 'detected', revision: 1 },
    });
    expect(isCut).toBe(false);
  });

  it('keeps what happened to the finding', async () => {
    const { list, message, read } = aWebhooksList();
    await list.add([{ ...message('a'), event: 'resolved', revision: 3 }], NOON);
    expect((await read(positionOf(0), NOON + 1)).events[0]?.lifecycle).toEqual({ event: 'resolved', revision: 3 });
  });

  it('takes a batch that has an event twice', async () => {
    const { list, message, read } = aWebhooksList();
    const pull = { since: 0, only: false };
    const planned = ['a', 'b', 'a'].map((id) => ({ queue: 'delivery' as const, message: message(id), pull }));
    expect(await listEvents({ events: list, clock: new ManualClock(NOON) }, planned)).toEqual(new Set());
    expect((await read(positionOf(0), NOON + 1)).events).toHaveLength(2);
  });

  it('ends before an instant, and begins with one or after an event', async () => {
    const { add, read, keys } = aWebhooksList();
    await add(NOON, 'a', 'b', 'c');
    await add(NOON + 1, 'd');
    const at = async (after: string, until: number) => (await keys(after, until)).events.length;
    expect(await at(positionOf(NOON), NOON)).toBe(0);
    expect(await at(positionOf(NOON), NOON + 1)).toBe(3);
    expect(await at(positionOf(NOON + 1), NOON + 2)).toBe(1);
    expect(await at(positionOf(NOON + 5), NOON + 2)).toBe(0);
    const [first, second] = (await read(positionOf(NOON), NOON + 2)).events;
    const rest = await read(positionOf(NOON, first?.deliveryId), NOON + 2);
    expect([rest.events.length, rest.events[0]]).toEqual([3, second]);
  });

  it('is read page by page without a gap and without a repetition', async () => {
    const { add, keys } = aWebhooksList();
    const ids = Array.from({ length: 60 }, (_, index) => `fnd_${index}`);
    expect(await add(NOON, ...ids)).toEqual([]);
    const seen: string[] = [];
    let after = positionOf(0);
    for (let isCut = true; isCut; ) {
      const page = await keys(after, NOON + 1, 7);
      seen.push(...page.events.map(({ deliveryId }) => deliveryId));
      const last = page.events.at(-1);
      after = last === undefined ? after : positionOf(last.listedAt, last.deliveryId);
      isCut = page.isCut;
    }
    expect([seen.length, new Set(seen).size]).toEqual([60, 60]);
  });

  it('has the events of one webhook of one tenant alone', async () => {
    const [one, other] = [aWebhookId('wh_shared_events'), aWebhookId('wh_shared_events2')];
    const lists = [aWebhooksList(one), aWebhooksList(one, aTenantId('globex')), aWebhooksList(other)];
    for (const { add } of lists) {
      await add(NOON, 'a', 'b');
    }
    for (const { read } of lists) {
      expect((await read(positionOf(0), NOON + 1)).events).toHaveLength(2);
    }
  });
});

describe('an event on DynamoDB', () => {
  it('is gone 30 days after it was listed, and in no index', async () => {
    const { dynamo, tables } = engines();
    const message = aDeliveryMessage({ webhookId: aWebhookId('wh_expires') });
    await createDynamoEventList(dynamo, tables.deliveryLog).add([message], NOON);
    const Key = marshall({
      pk: eventsKey(message.tenantId, message.webhookId),
      sk: positionOf(NOON, message.deliveryId),
    });
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tables.deliveryLog, Key }));
    expect(Object.keys(Item).sort()).toEqual(['expiresAt', 'finding', 'pk', 'sk']);
    expect(Item['expiresAt']?.N).toBe(String((NOON + 30 * 24 * 60 * 60 * 1000) / 1000));
  });
});
