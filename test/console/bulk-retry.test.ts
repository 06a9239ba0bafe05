import { describe, expect, it } from 'vitest';
import { type BulkProgress, countInBulk, retryInBulk } from '../../console/details/bulk-retry.ts';

/** An API with so many to retry, two a call; each call it was asked with. */
function apiWith(waiting: number) {
  const asked: object[] = [];
  return {
    asked,
    async retryMany(_id: string, request: { readonly cursor?: string | undefined }) {
      asked.push(request);
      const done = Number(request.cursor ?? 0);
      const retried = Math.min(2, waiting - done);
      return { retried, ...(done + retried < waiting && { nextCursor: String(done + retried) }) };
    },
  };
}

const NOTHING_YET: BulkProgress = { retried: 0 };

describe('retrying many', () => {
  it('goes on until there is nothing left, and tells how far it has got', async () => {
    const api = apiWith(5);
    const published: number[] = [];
    const wanted = { status: 'failed', since: 'then' } as const;
    await retryInBulk(api, 'wh_1', wanted, NOTHING_YET, new AbortController().signal, ({ retried }) => {
      published.push(retried);
    });
    expect(published).toEqual([2, 4, 5]);
    expect(api.asked).toEqual([wanted, { ...wanted, cursor: '2' }, { ...wanted, cursor: '4' }]);
  });

  it('stops when it is told to, and goes on from there', async () => {
    const api = apiWith(5);
    const stopping = new AbortController();
    let latest = NOTHING_YET;
    await retryInBulk(api, 'wh_1', { status: 'held' }, NOTHING_YET, stopping.signal, (progress) => {
      latest = progress;
      stopping.abort();
    });
    expect(latest).toEqual({ retried: 2, nextCursor: '2' });
    await retryInBulk(api, 'wh_1', { status: 'held' }, latest, new AbortController().signal, (progress) => {
      latest = progress;
    });
    expect(latest).toEqual({ retried: 5 });
  });
});

describe('counting before a retry', () => {
  /** 500 of them are looked at by each call. */
  function apiThatCounts(waiting: number) {
    const asked: object[] = [];
    return {
      asked,
      async retryMany(_id: string, request: { readonly cursor?: string | undefined }) {
        asked.push(request);
        const done = Number(request.cursor ?? 0);
        const matched = Math.min(500, waiting - done);
        return { retried: 0, matched, ...(done + matched < waiting && { nextCursor: String(done + matched) }) };
      },
    };
  }

  it('asks for the number alone, call by call', async () => {
    const api = apiThatCounts(1_200);
    const wanted = { status: 'failed', cause: '503' } as const;
    expect(await countInBulk(api, 'wh_1', wanted, new AbortController().signal)).toEqual({
      count: 1_200,
      isCapped: false,
    });
    expect(api.asked).toEqual(
      [undefined, '500', '1000'].map((cursor) => ({ ...wanted, countOnly: true, ...(cursor && { cursor }) })),
    );
  });

  it('ends at 10,000, and says that there are more', async () => {
    const api = apiThatCounts(1_000_000);
    const counted = await countInBulk(api, 'wh_1', { status: 'held' }, new AbortController().signal);
    expect(counted).toEqual({ count: 10_000, isCapped: true });
  });
});
