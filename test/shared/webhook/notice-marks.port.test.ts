import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import type { NoticeMark } from '../../../shared/webhook/notice.ts';
import { createDynamoNoticeMarks } from '../../../shared/webhook/notice-marks.dynamo.ts';
import { NOTICE_MARK_DAYS } from '../../../shared/webhook/notice-marks.port.ts';
import { createDynamoWebhookStore } from '../../../shared/webhook/webhook-store.dynamo.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { MemoryNoticeMarks } from '../../fakes/memory-notice-marks.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const SIEM = aWebhookId();
const engines = useEngines();

const onDynamoDb = () => createDynamoNoticeMarks(engines().dynamo, engines().tables.config);
const implementations = { 'in memory': () => new MemoryNoticeMarks(), 'on DynamoDB': onDynamoDb };

const failing: NoticeMark = { kind: 'failing', at: NOON, eventId: 'a', failingSince: NOON - 1, failingAt: NOON };
const working: NoticeMark = { kind: 'working', at: NOON + 1, eventId: 'b', failingAt: NOON };

let tenants = 0;
function aFreshTenant() {
  tenants += 1;
  return aTenantId(`noticed-${tenants}`);
}

describe.each(Object.entries(implementations))('the marks of notices %s', (_name, create) => {
  it('are none at first, then the latest, whole', async () => {
    const [marks, tenantId] = [create(), aFreshTenant()];
    expect(await marks.find(tenantId, SIEM)).toBeUndefined();
    expect(await marks.replace(tenantId, SIEM, undefined, failing)).toBe('written');
    expect(await marks.find(tenantId, SIEM)).toEqual(failing);
    expect(await marks.replace(tenantId, SIEM, failing, working)).toBe('written');
    expect(await marks.find(tenantId, SIEM)).toEqual(working);
  });

  it('are taken by one of many at once', async () => {
    const [marks, tenantId] = [create(), aFreshTenant()];
    const events = Array.from({ length: 20 }, (_, index) => ({ ...failing, eventId: `evt-${index}` }));
    const outcomes = await Promise.all(events.map((mark) => marks.replace(tenantId, SIEM, undefined, mark)));
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect(await marks.replace(tenantId, SIEM, working, failing)).toBe('conflict');
  });

  it('are of one webhook of one tenant', async () => {
    const [marks, one, other] = [create(), aFreshTenant(), aFreshTenant()];
    await marks.replace(one, SIEM, undefined, failing);
    expect(await marks.find(other, SIEM)).toBeUndefined();
    expect(await marks.find(one, aWebhookId('wh_chat'))).toBeUndefined();
  });
});

describe('the item of a mark', () => {
  it('expires, is no webhook, and may be of a later version', async () => {
    const { dynamo, tables } = engines();
    const tenantId = aFreshTenant();
    const marks = onDynamoDb();
    await marks.replace(tenantId, SIEM, undefined, failing);
    const Key = marshall({ pk: `TENANT#${tenantId}`, sk: `NOTICE#${SIEM}` });
    const { Item = {} } = await dynamo.send(new GetItemCommand({ TableName: tables.config, Key }));
    expect(unmarshall(Item)).toMatchObject({ expiresAt: NOON / 1000 + NOTICE_MARK_DAYS * 86_400 });
    expect(await createDynamoWebhookStore(dynamo, tables.config).list(tenantId)).toEqual([]);
    const later = { ...Key, ...marshall({ notice: { ...failing, kind: 'upset' } }) };
    await dynamo.send(new PutItemCommand({ TableName: tables.config, Item: later }));
    expect(await marks.replace(tenantId, SIEM, await marks.find(tenantId, SIEM), working)).toBe('written');
  });
});
