/** Which messages one call to SQS can carry: ten, and 1 MiB in all (SQS quotas), of which attributes and groups need a part. */
const ENTRIES_PER_CALL = 10;
const BYTES_PER_CALL = 1_000_000;

/** In order. A message that is larger than the bound has a call of its own. */
export function splitIntoCalls<Item>(
  items: readonly Item[],
  bodyOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const calls: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(bodyOf(item));
    const call = calls.at(-1);
    if (call === undefined || call.length === ENTRIES_PER_CALL || bytes > room) {
      calls.push([item]);
      room = BYTES_PER_CALL - bytes;
    } else {
      call.push(item);
      room -= bytes;
    }
  }
  return calls;
}
