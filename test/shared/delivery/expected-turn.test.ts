import { describe, expect, it } from 'vitest';
import { expectedAt } from '../../../shared/delivery/expected-turn.ts';
import { waitForReachEffects } from '../../../shared/delivery/waiting.ts';
import type { Turns } from '../../../shared/webhook/pace.ts';
import { aDeliveryMessage, aDeliveryRow } from '../../builders/delivery.ts';
import { aCanonicalFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const pace = { paceMillis: 2_000, burst: 1 };
const of = (turns: Turns, updatedAt = NOW) => ({ turns, updatedAt });

describe('when the last of those that wait is expected to go', () => {
  it('is one interval for each of them', () => {
    expect(expectedAt(pace, of({}), 300, NOW)).toBe(NOW + 600_000);
    expect(expectedAt(pace, of({}), 0, NOW)).toBe(NOW);
  });

  it('is after the turns that are taken already', () => {
    expect(expectedAt(pace, of({ nextTurnAt: NOW + 120_000 }), 300, NOW)).toBe(NOW + 720_000);
    expect(expectedAt(pace, of({ nextTurnAt: NOW - 120_000 }), 300, NOW)).toBe(NOW + 600_000);
  });

  it('is later while a refusal has stretched the interval', () => {
    const turns = { paceMillis: 4_000, throttledUntil: NOW, nextTurnAt: NOW };
    expect(expectedAt(pace, of(turns), 300, NOW)).toBe(NOW + 1_200_000);
    expect(expectedAt(pace, of(turns), 300, NOW + 60_000)).toBe(NOW + 60_000 + 600_000);
  });

  it('does not believe a line that a wrong clock has moved', () => {
    expect(expectedAt(pace, of({ nextTurnAt: NOW * 2 }), 0, NOW)).toBe(NOW + 17 * 60_000);
  });

  it('is when the last of them has looked, once the pace is gone', () => {
    const removed = of({ nextTurnAt: NOW + 120_000 }, NOW - 5 * 60_000);
    expect(expectedAt(undefined, removed, 300, NOW)).toBe(NOW + 10 * 60_000);
    expect(expectedAt(undefined, removed, 300, NOW + 11 * 60_000)).toBe(NOW + 11 * 60_000);
  });

  it('is then no earlier than the next look of any that has waited for long', () => {
    const webhook = aWebhook({ updatedAt: NOW });
    const row = aDeliveryRow({ status: 'pending', waitingSince: NOW - 86_400_000 });
    const looks = Array.from({ length: 50 }, (_, index) =>
      waitForReachEffects(row, aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${index}` }) }), webhook, NOW),
    ).flatMap((effects) => effects.flatMap((effect) => (effect.kind === 'enqueue-retry' ? effect.dueAt : [])));
    expect(looks).toHaveLength(50);
    const expected = expectedAt(undefined, webhook, 50, NOW);
    expect(Math.max(...looks)).toBeLessThanOrEqual(expected);
    expect(Math.max(...looks)).toBeGreaterThan(expected - 60_000);
  });
});
