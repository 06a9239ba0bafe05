import { describe, expect, it } from 'vitest';
import { collectDeliveries, MOST_EXPORTED, toCsv, toNdjson } from '../../console/details/export-deliveries.ts';
import { type DeliveryResponse, toDeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import { aDeliveryRow, anAttempt } from '../builders/delivery.ts';
import { aCanonicalFinding } from '../builders/finding.ts';

function aDelivery(title = 'A user without MFA'): DeliveryResponse {
  return toDeliveryResponse(
    aDeliveryRow({
      status: 'delivered',
      finding: aCanonicalFinding({ title }),
      attempts: [anAttempt({ statusCode: 200 })],
    }),
  );
}

const titleCell = (title: string) =>
  toCsv([aDelivery(title)])
    .split('\r\n')
    .slice(1)
    .join('\r\n')
    .split(',')
    .slice(4)
    .join(',');

describe('a log as CSV', () => {
  it('has a line of names and one for each delivery, as many cells in each', () => {
    const [names = '', line = '', end] = toCsv([aDelivery()]).split('\r\n');
    expect(names).toMatch(/^\uFEFFdelivery,status,/);
    expect(line).toMatch(/^dlv_[^,]+,delivered,,/);
    expect(line.split(',')).toHaveLength(names.split(',').length);
    expect(end).toBe('');
  });

  it.each(['=HYPERLINK("https://evil.example")', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1'])(
    'gives a spreadsheet nothing to compute: %j',
    (title) => {
      expect(titleCell(title).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it('keeps commas, quotes and lines within their cell', () => {
    expect(titleCell('a, "b"\nc')).toMatch(/^"a, ""b""\nc",high,/);
  });

  it('leaves other texts and numbers as they are', () => {
    expect(titleCell('1 of 2 = half')).toMatch(/^1 of 2 = half,high,82,/);
  });
});

describe('a log as NDJSON', () => {
  it('is a line of JSON for each delivery, as the API has it', () => {
    const deliveries = [aDelivery('a'), aDelivery('b\nc')];
    const lines = toNdjson(deliveries).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(deliveries);
  });
});

describe('what an export holds', () => {
  const anApi = (pages: number) => {
    const asked: object[] = [];
    return {
      asked,
      listDeliveries: async (_id: string, page: { readonly cursor?: string }) => {
        asked.push(page);
        const number = Number(page.cursor ?? 0);
        return {
          deliveries: Array.from({ length: 100 }, () => aDelivery()),
          ...(number + 1 < pages && { nextCursor: String(number + 1) }),
        };
      },
    };
  };

  it('is every page of the same filters, from the first on', async () => {
    const api = anApi(3);
    const query = { status: 'failed', cursor: 'page 7' } as const;
    const { deliveries, isCut } = await collectDeliveries(api, 'wh_1', query, new AbortController().signal);
    expect({ count: deliveries.length, isCut }).toEqual({ count: 300, isCut: false });
    expect(api.asked).toEqual([
      { status: 'failed', limit: 100 },
      { status: 'failed', limit: 100, cursor: '1' },
      { status: 'failed', limit: 100, cursor: '2' },
    ]);
  });

  it('ends at a bound, and says so', async () => {
    const api = anApi(MOST_EXPORTED / 100 + 1);
    const { deliveries, isCut } = await collectDeliveries(api, 'wh_1', {}, new AbortController().signal);
    expect({ count: deliveries.length, isCut }).toEqual({ count: MOST_EXPORTED, isCut: true });
  });
});
