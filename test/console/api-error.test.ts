/** What a reader is told about a call that failed. */
import { expect, it } from 'vitest';
import { wordsFor } from '../../console/api/api-error.ts';

it('has the words of the API for whatever it refuses, also for too many of a kind', () => {
  const detail = 'At most 10 test sends a minute for all your webhooks.';
  const problem = {
    type: 'urn:thalian:problem:too-many-test-sends',
    title: 'Too many test sends.',
    status: 429,
    detail,
  };
  expect(wordsFor({ kind: 'refused', status: 429, problem, retryAfterSeconds: 12 })).toBe(detail);
});

it('has words of its own where what is in front of the API refuses', () => {
  const words = [429, 503].map((status) => wordsFor({ kind: 'failed', status }));
  expect(words).toEqual([
    'Too many requests at the moment. Wait a little, then try again.',
    'The service cannot respond at the moment (503).',
  ]);
});
