/** Every kind of hostile receiver once; `npm run proof` measures what they cost. */
import { beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_KINDS } from '../../proof/hostile-kinds.ts';
import { meetHostileReceivers } from '../../proof/hostile-receivers.ts';
import type { MetReceiver } from '../../proof/hostile-section.ts';

describe('a receiver that', () => {
  let met: ReadonlyMap<string, MetReceiver>;
  beforeAll(async () => {
    met = new Map((await meetHostileReceivers(1)).map((one) => [one.name, one]));
  }, 120_000);

  it.each(HOSTILE_KINDS)('$name ends as $outcome and leaves no socket', ({ name, outcome, isKept }) => {
    expect(met.get(name)).toMatchObject({ outcome, kept: isKept ? 1 : 0, left: 0 });
  });
});
