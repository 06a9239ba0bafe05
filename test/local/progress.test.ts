import { describe, expect, it } from 'vitest';
import { createProgress } from '../../local/demo/progress.ts';

function progressAt(isTerminal: boolean) {
  let nowMillis = 1_000;
  const said: string[] = [];
  const progress = createProgress({ isTerminal, say: (text) => said.push(text), now: () => nowMillis });
  return {
    said,
    progress,
    step(afterMillis: number, text: string) {
      nowMillis = 1_000 + afterMillis;
      progress.step(text);
    },
  };
}

describe('the progress of a long run', () => {
  it('is a line a second at a terminal', () => {
    const { said, step } = progressAt(true);
    step(999, 'one');
    step(1_000, 'two');
    step(1_999, 'three');
    step(2_000, 'four');
    expect(said).toEqual(['   1.0 s  two', '   2.0 s  four']);
  });

  it('is a line every ten seconds in a log', () => {
    const { said, step } = progressAt(false);
    step(9_999, 'one');
    step(10_000, 'two');
    step(19_999, 'three');
    expect(said).toEqual(['  10.0 s  two']);
  });

  it('always shows the end of a part', () => {
    const { said, progress } = progressAt(false);
    progress.done('all of it');
    expect(said).toEqual(['   0.0 s  all of it']);
  });
});
