/**
 * Does the same work for many items, a few at once: each call opens a connection of its own where none is free, and a
 * hundred at once starve each other of time to connect.
 */

/** Results in the order of the items. After a failure nothing new begins, and it rejects once nothing is under way. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();

  async function takeNext(): Promise<void> {
    for (const [index, item] of waiting) {
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) {
        return;
      }
    }
  }

  await Promise.all(Array.from({ length: most }, takeNext));
  if (failures.length > 0) {
    throw failures[0];
  }
  return results;
}
