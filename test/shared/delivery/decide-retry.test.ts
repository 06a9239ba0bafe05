import { describe, expect, it } from 'vitest';
import { decideRetry } from '../../../shared/delivery/decide-retry.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';

const NOW = Date.UTC(2026, 10, 23);
const base = {
  deliveryId: aDeliveryMessage().deliveryId,
  policy: { baseSeconds: 30, factor: 4 },
  nowMillis: NOW,
  attemptLimit: 4,
};
const failure = { kind: 'failure', cause: { statusCode: 500 } } as const;

describe('the decision after an attempt', () => {
  it('is done after a success, even the last possible one', () => {
    const result = { kind: 'success', statusCode: 200 } as const;
    expect(decideRetry({ ...base, result, attempt: 4 })).toEqual({ kind: 'done' });
  });

  it.each([1, 2, 3])('is to retry after failure %i of four', (attempt) => {
    expect(decideRetry({ ...base, result: failure, attempt }).kind).toBe('retry');
  });

  it.each([4, 5])('is to give up at the limit, and above it (attempt %i)', (attempt) => {
    expect(decideRetry({ ...base, result: failure, attempt })).toEqual({ kind: 'give-up', reason: 'exhausted' });
  });

  it('is to give up at once on a final result', () => {
    const result = { ...failure, final: 'address-refused' } as const;
    expect(decideRetry({ ...base, result, attempt: 1 })).toEqual({ kind: 'give-up', reason: 'address-refused' });
  });

  it('waits for what the receiver asked', () => {
    const result = { ...failure, retryAfterMillis: 3_600_000 };
    expect(decideRetry({ ...base, result, attempt: 1 })).toMatchObject({ kind: 'retry', at: NOW + 3_600_000 });
  });

  it.each([
    ['429', { ...failure, cause: { statusCode: 429 } }, 1_200],
    ['a hint to wait', { ...failure, retryAfterMillis: 60_000 }, 72_000],
    ['a hint to wait no time', { ...failure, retryAfterMillis: 0 }, 1_200],
    ['a hint beyond what is granted', { ...failure, retryAfterMillis: 86_400_000 }, 25_920_000],
    ['neither', failure, undefined],
  ])('asks for a turn of its own with %s', (_what, result, gapMillis) => {
    expect(decideRetry({ ...base, result, attempt: 1 })).toEqual({
      kind: 'retry',
      at: expect.any(Number),
      ...(gapMillis !== undefined && { gapMillis }),
    });
  });
});
