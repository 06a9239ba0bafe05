import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  compareDelivered,
  deliveredAsJson,
  describeDelivered,
  isComplete,
} from '../../../receivers/check/delivered-completeness.ts';
import { type DeliveredManifest, readManifests } from '../../../receivers/check/read-manifests.ts';
import { manifestOf } from '../../../shared/delivery/manifest.ts';
import { MANIFEST_EVENT, manifestData } from '../../../shared/finding/manifest-content.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';

const HOUR = 3_600_000;
const TEN = Date.UTC(2026, 10, 23, 10);
const ids = ['fnd_1', 'fnd_2', 'fnd_3'].map(
  (id) => aDeliveryMessage({ finding: aCanonicalFinding({ id }) }).deliveryId,
);
const [first = '', second = '', third = ''] = ids;

/** As the service renders it, in the hour after ten o'clock of this number. */
function dataOf(hour: number, due: typeof ids, webhookId = 'wh_siem') {
  const manifest = manifestOf(due, TEN + hour * HOUR, TEN + (hour + 1) * HOUR);
  return { ...manifestData({ webhookId, ...manifest, ids: [...due].sort() }) };
}

const body = (data: object, type: string = MANIFEST_EVENT) => JSON.stringify({ type, timestamp: '', data });
const read = (...lines: readonly string[]) => readManifests('got.ndjson', Readable.from([lines.join('\n')]));
const manifests = (...data: readonly object[]): Promise<readonly DeliveredManifest[]> =>
  read(...data.map((one) => body(one)));
const compared = async (data: readonly object[], own: readonly string[], asked = {}) =>
  compareDelivered(await manifests(...data), new Set(own), asked);

describe('manifests that were delivered', () => {
  it('are read from what a receiver keeps, among other bodies', async () => {
    const data = dataOf(0, ids);
    const lines = [
      body(data),
      body(data, `thalian.${MANIFEST_EVENT}`),
      JSON.stringify({ 'webhook-id': 'dlv_1', body: body(data) }),
      JSON.stringify({ body: JSON.parse(body(data)) }),
      '',
      JSON.stringify({ type: 'finding.detected', data: { id: 'fnd_1' } }),
      JSON.stringify({ body: 'no JSON' }),
    ];
    expect(await read(...lines)).toEqual([data, data, data, data]);
  });

  it.each([
    ['no JSON', 'dlv_1', /line 1: neither a body/],
    ['an id less than it counts', body({ ...dataOf(0, ids), ids: ids.slice(1) }), /whose ids are not those/],
    ['another id', body({ ...dataOf(0, ids.slice(0, 1)), ids: [second] }), /whose ids are not those/],
    ['no count', body({ ...dataOf(0, ids), count: undefined }), /cannot be read: data|cannot be read: count/],
  ])('are refused with %s', async (_what, line, message) => {
    await expect(read(line)).rejects.toThrow(message);
  });

  it('show that nothing is missing, also of an hour in which nothing was due', async () => {
    const completeness = await compared([dataOf(1, []), dataOf(0, ids), dataOf(0, ids)], ids);
    expect(isComplete(completeness)).toBe(true);
    expect(describeDelivered(completeness)).toBe(
      'Manifests of wh_siem from 2026-11-23T10:00:00.000Z until 2026-11-23T12:00:00.000Z: 3 deliveries\nComplete: you have all 3.',
    );
  });

  it('name what is missing, with its hour', async () => {
    const completeness = await compared([dataOf(0, ids.slice(0, 2)), dataOf(1, ids.slice(2))], [first, third]);
    expect(describeDelivered(completeness)).toContain(
      `MISSING: 1 of 3.\n  ${second}  listed from 2026-11-23T10:00:00.000Z until 2026-11-23T11:00:00.000Z`,
    );
    expect(JSON.parse(deliveredAsJson(completeness))).toMatchObject({
      complete: false,
      due: { count: 3 },
      missing: [{ id: second }],
    });
  });

  it('show that one of them is missing: between two others, and at the ends of the time that is asked for', async () => {
    const gap = (from: number, until: number) => ({
      since: new Date(TEN + from * HOUR).toISOString(),
      until: new Date(TEN + until * HOUR).toISOString(),
    });
    const between = await compared([dataOf(0, ids), dataOf(3, [])], ids);
    expect([isComplete(between), between.gaps]).toEqual([false, [gap(1, 3)]]);
    expect(describeDelivered(between)).toContain('NO MANIFEST from 2026-11-23T11:00:00.000Z until');
    const asked = await compared([dataOf(0, ids), dataOf(1, ids.slice(0, 1)), dataOf(2, [])], ids, gap(1, 4));
    expect([asked.gaps, asked.count]).toEqual([[gap(3, 4)], 1]);
    expect((await compared([dataOf(1, ids)], ids, gap(0, 2))).gaps).toEqual([gap(0, 1)]);
  });

  it('that count too many to name them show nothing by themselves', async () => {
    const { ids: _ids, ...unnamed } = dataOf(0, ids);
    const completeness = await compared([unnamed], ids);
    expect(isComplete(completeness)).toBe(false);
    expect(describeDelivered(completeness)).toContain('NOT NAMED: 3 deliveries from 2026-11-23T10:00:00.000Z');
  });

  it('are of one webhook, and of an hour there is one', async () => {
    const both = [dataOf(0, ids), dataOf(1, [], 'wh_other')];
    await expect(compared(both, ids)).rejects.toThrow('choose with --webhook');
    expect((await compared(both, ids, { webhookId: 'wh_other' })).count).toBe(0);
    await expect(compared(both, ids, { webhookId: 'wh_none' })).rejects.toThrow('nothing to compare');
    await expect(compared([dataOf(0, ids), dataOf(0, [])], ids)).rejects.toThrow('differ');
  });
});
