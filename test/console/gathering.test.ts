/** What a page reads while it opens: one request for all of it. */
import { describe, expect, it } from 'vitest';
import { createGathering, type Gathered, type ReadResult } from '../../console/api/gathering.ts';
import { MOST_READS } from '../../shared/api/changes.schema.ts';

interface World {
  readonly alone: string[];
  readonly together: { readonly webhookId: string | undefined; readonly paths: readonly string[] }[];
  readonly gathered: Gathered[];
  readonly read: (path: string) => Promise<ReadResult>;
}

/** `response` is the one to each question for all. */
function aWorld(response?: ReadResult): World {
  const alone: string[] = [];
  const together: World['together'][number][] = [];
  const gathered: Gathered[] = [];
  const { read } = createGathering({
    alone: async (path) => {
      alone.push(path);
      return { status: 200, json: `alone ${path}` };
    },
    together: async (webhookId, paths) => {
      together.push({ webhookId, paths });
      const reads = paths.map((path) => ({ status: path.includes('none') ? 404 : 200, body: `of ${path}` }));
      return response ?? { status: 200, json: { mark: 'a mark', hasChanged: true, reads } };
    },
    onGathered: () => (read) => gathered.push(read),
  });
  return { alone, together, gathered, read };
}

describe('reads that begin together', () => {
  it('are one request, of which each gets its own response', async () => {
    const { read, together, alone, gathered } = aWorld();
    const paths = ['/webhooks/wh_1', '/formats', '/webhooks/wh_1/stats?hours=24', '/webhooks/wh_1/none'];
    const results = await Promise.all(paths.map(read));
    expect(results).toEqual(paths.map((path) => ({ status: path.includes('none') ? 404 : 200, json: `of ${path}` })));
    expect(together).toEqual([{ webhookId: 'wh_1', paths }]);
    expect(alone).toEqual([]);
    expect(gathered).toEqual([{ webhookId: 'wh_1', mark: 'a mark', paths }]);
  });

  it('are about one webhook only if all of them are', async () => {
    const { read, together } = aWorld();
    await Promise.all(['/webhooks/wh_1', '/webhooks'].map(read));
    await Promise.all(['/webhooks/wh_1', '/webhooks/wh_2'].map(read));
    expect(together.map(({ webhookId }) => webhookId)).toEqual([undefined, undefined]);
  });

  it('are asked for once if two parts of the page need the same', async () => {
    const { read, together, alone } = aWorld();
    const both = await Promise.all([read('/webhooks'), read('/webhooks')]);
    expect(both).toEqual(Array(2).fill({ status: 200, json: 'alone /webhooks' }));
    expect([together, alone]).toEqual([[], ['/webhooks']]);
  });

  it('are as many requests as the API takes reads', async () => {
    const { read, together, alone } = aWorld();
    await Promise.all(Array.from({ length: MOST_READS + 1 }, (_, number) => read(`/webhooks/wh_${number}`)));
    expect(together.map(({ paths }) => paths.length)).toEqual([MOST_READS]);
    expect(alone).toEqual([`/webhooks/wh_${MOST_READS}`]);
  });

  it('are all refused with what refused the request, and how long to wait', async () => {
    const refusal = { status: 429, json: { message: 'Too Many Requests' }, retryAfterSeconds: 12 };
    const { read, gathered } = aWorld(refusal);
    expect(await Promise.all([read('/webhooks/wh_1'), read('/formats')])).toEqual([refusal, refusal]);
    expect(gathered).toEqual([]);
  });

  it('go one by one to an API of an earlier version, which does not take all of them', async () => {
    const { read, alone } = aWorld({ status: 422, json: {} });
    expect(await Promise.all([read('/webhooks/wh_1'), read('/formats')])).toMatchObject([
      { status: 200 },
      { status: 200 },
    ]);
    expect(alone).toEqual(['/webhooks/wh_1', '/formats']);
  });
});
