import { describe, expect, it } from 'vitest';
import { attemptWords, digestOfDelivery, resultWords } from '../../console/delivery/delivery-words.ts';
import { digestWords } from '../../console/integrations/digest-words.ts';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';

describe('the words for an attempt', () => {
  it.each([
    [{ statusCode: 503 }, 'HTTP 503'],
    [{ statusCode: 403, cause: 'challenge-page' }, 'HTTP 403: Challenge page of a proxy'],
    [{ statusCode: 503, cause: 'unknown' }, 'HTTP 503'],
    [{ error: 'tls-failed', cause: 'certificate-expired' }, 'Certificate expired'],
    [{ error: 'timeout', cause: 'timeout-body' }, 'Timeout within the response'],
    [{ error: 'tls-failed', cause: 'unknown' }, 'No secure connection: Unknown reason'],
    [{ error: 'no-token', cause: 'timeout-tls' }, 'No access token: Timeout in TLS'],
    [{ error: 'no-token' }, 'No access token'],
    // Of a row that an older version has written, or a newer one.
    [{ error: 'tls-failed' }, 'No secure connection'],
    [{ error: 'tls-failed', cause: 'of-the-next-version' }, 'No secure connection'],
    [{ error: 'of-the-next-version' }, 'of-the-next-version'],
  ])('of %j are %s', (attempt, words) => {
    expect(attemptWords(attempt)).toBe(words);
  });
});

describe('the result of a delivery', () => {
  const delivery: DeliveryResponse = {
    id: 'dlv_1',
    status: 'pending',
    event: 'detected',
    revision: 1,
    detectedAt: '2026-11-23T10:00:00.000Z',
    attempts: 0,
    attemptLimit: 4,
    finding: {
      id: 'fnd_1',
      title: 'A finding',
      severity: { level: 'high', score: 82 },
      affected: { type: 'asset', id: 'i-1', name: '' },
      platform: 'aws',
    },
  };

  it('is the cause of the latest attempt, if there was one', () => {
    expect(resultWords({ ...delivery, lastError: 'dns-failed', lastCause: 'no-such-name' })).toBe(
      'Host name not found',
    );
    expect(resultWords({ ...delivery, lastStatusCode: 200 })).toBe('HTTP 200');
    expect(resultWords({ ...delivery, reason: 'alerts-off' })).toBe('Its alerts were off.');
    expect(resultWords(delivery)).toBe('No attempt yet');
  });
});

describe('the digest of a delivery', () => {
  const digest = { id: 'dlv_digest', endsAt: '2026-11-23T11:00:00.000Z' };
  const base = {
    ...{
      id: 'dlv_1',
      event: 'detected',
      revision: 1,
      detectedAt: '2026-11-23T10:00:00.000Z',
      attempts: 0,
      attemptLimit: 4,
    },
    finding: {
      ...{ id: 'fnd_1', title: 'A finding', severity: { level: 'high', score: 82 }, platform: 'aws' },
      affected: { type: 'asset', id: 'i-1', name: '' },
    },
  } satisfies Omit<DeliveryResponse, 'status'>;

  it.each<[Partial<DeliveryResponse>, string | undefined]>([
    [{ status: 'delivered' }, undefined],
    [{ status: 'pending', digest }, 'Goes with the digest of 2026-11-23 11:00 UTC'],
    [
      { status: 'delivered', digest: { ...digest, findings: 37 } },
      'In the digest of 2026-11-23 11:00 UTC, with 36 others',
    ],
    [
      { status: 'delivered', digest: { ...digest, findings: 2 } },
      'In the digest of 2026-11-23 11:00 UTC, with one other',
    ],
    [{ status: 'failed', digest: { ...digest, findings: 37 } }, 'In the digest of 2026-11-23 11:00 UTC'],
    [{ id: 'dlv_digest', status: 'pending', digest }, 'The digest of 2026-11-23 11:00 UTC'],
    [
      { id: 'dlv_digest', status: 'delivered', digest: { ...digest, findings: 1 } },
      'The digest of 2026-11-23 11:00 UTC: one finding',
    ],
  ])('of %j is %s', (delivery, words) => {
    expect(digestOfDelivery({ ...base, status: 'pending', ...delivery })).toBe(words);
  });
});

describe('the window of a digest', () => {
  it.each([
    [5, 'Every 5 minutes'],
    [60, 'Every hour'],
    [240, 'Every 4 hours'],
    [90, 'Every 90 minutes'],
    [1_440, 'Every day'],
  ])('of %i minutes is %s', (minutes, words) => {
    expect(digestWords(minutes)).toBe(words);
  });
});
