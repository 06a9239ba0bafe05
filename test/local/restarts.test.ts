import { describe, expect, it } from 'vitest';
import { createRestartPolicy, type ProcessEnd } from '../../local/functions/restarts.ts';

const KILLED_WHILE_STARTING: ProcessEnd = { exitSignal: 'SIGKILL' };
const FAILED_TO_START: ProcessEnd = { exitSignal: null };
const FAILED_AT_ONCE: ProcessEnd = { readyForMillis: 5, exitSignal: null };
const FAILED_LATER: ProcessEnd = { readyForMillis: 60_000, exitSignal: null };
const KILLED_AT_ONCE: ProcessEnd = { readyForMillis: 5, exitSignal: 'SIGKILL' };

function decisions(...ends: readonly ProcessEnd[]): readonly (number | 'give-up')[] {
  const decide = createRestartPolicy();
  return ends.map((end) => {
    const restart = decide(end);
    return restart.kind === 'restart' ? restart.delayMillis : restart.kind;
  });
}

describe('what follows the end of a process', () => {
  it('is another one at once if it had got to work', () => {
    expect(decisions(FAILED_LATER, FAILED_LATER)).toEqual([0, 0]);
  });

  it('is another one at once, however often, if it was killed when it was ready', () => {
    expect(decisions(...Array(20).fill(KILLED_AT_ONCE))).toEqual(Array(20).fill(0));
  });

  it.each([
    ['was killed while it was starting', KILLED_WHILE_STARTING],
    ['ended by itself while it was starting', FAILED_TO_START],
    ['ended by itself as soon as it was ready', FAILED_AT_ONCE],
  ])('comes later each time if it %s, and not at all after the fifth in a row', (_what, end) => {
    expect(decisions(end, end, end, end, end)).toEqual([200, 400, 800, 1_600, 'give-up']);
  });

  it('counts quick ends from zero once a process got to work', () => {
    expect(decisions(FAILED_TO_START, FAILED_TO_START, FAILED_LATER, FAILED_TO_START)).toEqual([200, 400, 0, 200]);
  });
});
