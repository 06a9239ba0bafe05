/** Work for many items, a few at once. */
import { expect, it } from 'vitest';
import { sideBySide } from '../../../functions/api/side-by-side.ts';

const ITEMS = Array.from({ length: 20 }, (_, index) => index);

/** Work that ends when it is told to, and counts how much is under way. */
function gatedWork() {
  const gates: (() => void)[] = [];
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    begun.push(item);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise<void>((resolve) => gates.push(resolve));
    underWay -= 1;
    if (item === 5) {
      throw new Error('the fifth');
    }
    return item * 2;
  };
  return { work, begun, gates, seen: () => ({ underWay, most }) };
}

/** Ends the latest work first, until there is none. */
async function endAll({ gates }: ReturnType<typeof gatedWork>): Promise<void> {
  for (let gate = gates.pop(); gate !== undefined; gate = gates.pop()) {
    gate();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('gives the results in the order of the items, with so many at once and no more', async () => {
  const gated = gatedWork();
  const items = ITEMS.filter((item) => item !== 5);
  const results = sideBySide(items, 4, gated.work);
  await endAll(gated);
  expect(await results).toEqual(items.map((item) => item * 2));
  expect(gated.seen()).toEqual({ underWay: 0, most: 4 });
});

it('begins nothing after a failure, and rejects when nothing is under way any more', async () => {
  const gated = gatedWork();
  const failed = sideBySide(ITEMS, 3, gated.work).catch((error: Error) => [error.message, gated.seen().underWay]);
  await endAll(gated);
  expect(await failed).toEqual(['the fifth', 0]);
  expect(gated.begun.length).toBeLessThan(ITEMS.length);
});

it('takes no time for nothing', async () => {
  expect(await sideBySide([], 3, async () => 1)).toEqual([]);
});
