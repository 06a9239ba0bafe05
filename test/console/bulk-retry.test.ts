import { describe, expect, it } from 'vitest';
import { type BulkProgress, retryInBulk } from '../../console/details/bulk-retry.ts';

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
