import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ExpectedDelivery, predict, understandLine } from '../../local/demo/expectation.ts';
import { audit, type LoadEvidence } from '../../local/load/audit.ts';
import type { ReceivedRequest } from '../../local/receiver/demo-receiver.ts';
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { aFinding } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 24);
const PATH = '/flap/acme';

const [DELIVERY] = predict(
  [understandLine({ lineNumber: 1, text: JSON.stringify({ tenantId: 'acme', finding: aFinding() }) }, NOW)],
  () => [{ webhook: aWebhook(), path: PATH, isSigned: true }],
).deliveries as [ExpectedDelivery];

function anAttempt(number: number, statusCode: number): Attempt {
  return { number, at: NOW, millis: 1, statusCode };
}

function aRow(status: DeliveryRow['status'], statusCodes: readonly number[]): DeliveryRow {
  const { tenantId, webhookId, deliveryId, finding } = DELIVERY;
  return {
    tenantId,
    webhookId,
    deliveryId,
    status,
    ...(status === 'failed' && { reason: 'exhausted' }),
    lastAttempt: statusCodes.length,
    attemptLimit: 4,
    attempts: statusCodes.map((statusCode, index) => anAttempt(index + 1, statusCode)),
    finding: canonicalFinding(finding),
    expiresAt: NOW,
  };
}

function aRequest(answered: number, overrides: Partial<ReceivedRequest> = {}): ReceivedRequest {
  const body = JSON.stringify({ type: 'finding.detected', data: DELIVERY.finding });
  return {
    receivedAt: NOW,
    path: PATH,
    webhookId: DELIVERY.deliveryId,
    nth: 1,
    answered,
    signature: 'verified',
    bodySha256: createHash('sha256').update(body).digest('hex'),
    body,
    ...overrides,
  };
}

function auditOne(evidence: Partial<LoadEvidence>) {
  return audit([DELIVERY], [DELIVERY], { rows: [], requests: [], redriveMessages: [], ...evidence });
}

const DELIVERED = { rows: [aRow('delivered', [500, 200])], requests: [aRequest(500), aRequest(200)] };
const EXHAUSTED = {
  rows: [aRow('failed', [500, 500, 500, 500])],
  requests: Array.from({ length: 4 }, () => aRequest(500)),
  redriveMessages: [DELIVERY.deliveryId],
};

describe('the audit after a load', () => {
  it('counts what was delivered and what failed where people see it', () => {
    expect(auditOne(DELIVERED)).toMatchObject({ delivered: 1, failed: 0, lost: [], wrong: [], posts: 2 });
    expect(auditOne(EXHAUSTED)).toMatchObject({ delivered: 0, failed: 1, lost: [], wrong: [], posts: 4 });
  });

  it('allows that a receiver gets a finding more often than the log says, and counts it', () => {
    const requests = [...DELIVERED.requests, aRequest(200), aRequest(500)];
    expect(auditOne({ ...DELIVERED, requests })).toMatchObject({
      lost: [],
      wrong: [],
      duplicates: 2,
      unrecorded: 2,
    });
  });

  it.each<[string, Partial<LoadEvidence>]>([
    ['has no row', {}],
    ['is pending after attempt 1', { rows: [aRow('pending', [500])], requests: [aRequest(500)] }],
    ['is cancelled after attempt 0', { rows: [aRow('cancelled', [])] }],
    ['the receiver never accepted it', { ...DELIVERED, requests: [aRequest(500), aRequest(500)] }],
    ['the receiver never accepted it', { ...DELIVERED, requests: [aRequest(500), aRequest(200, { path: '/other' })] }],
    ['the receiver never accepted it', { ...DELIVERED, requests: [aRequest(500), aRequest(200, { body: '{}' })] }],
    ['failed without a redrive message', { ...EXHAUSTED, redriveMessages: [] }],
    ['failed after 3 attempts', { ...EXHAUSTED, rows: [aRow('failed', [500, 500, 500])] }],
  ])('finds a loss: %s', (problem, evidence) => {
    const { delivered, failed, lost } = auditOne(evidence);
    expect({ delivered, failed }).toEqual({ delivered: 0, failed: 0 });
    expect(lost).toEqual([{ subject: DELIVERY.deliveryId, problem: expect.stringContaining(problem) }]);
  });

  it.each<[string, Partial<LoadEvidence>]>([
    ['which the receiver knows nothing of', { ...EXHAUSTED, requests: EXHAUSTED.requests.slice(1) }],
    ['elsewhere', { ...DELIVERED, requests: [aRequest(500, { path: '/other' }), aRequest(200)] }],
    ['different bodies', { ...DELIVERED, requests: [aRequest(500, { bodySha256: 'other' }), aRequest(200)] }],
    ['wrong signature', { ...DELIVERED, requests: [aRequest(500, { signature: 'wrong' }), aRequest(200)] }],
    [
      'has 5 attempts',
      { rows: [aRow('delivered', [500, 500, 500, 500, 200])], requests: [...EXHAUSTED.requests, aRequest(200)] },
    ],
  ])('finds what is wrong: %s', (problem, evidence) => {
    expect(auditOne(evidence).wrong).toEqual([
      { subject: DELIVERY.deliveryId, problem: expect.stringContaining(problem) },
    ]);
  });

  it('finds what was never published', () => {
    expect(audit([], [], { ...DELIVERED, redriveMessages: [] }).wrong).toEqual([
      { subject: DELIVERY.deliveryId, problem: 'was never published' },
    ]);
  });

  it('does not ask for what may not have been accepted', () => {
    expect(audit([], [DELIVERY], { rows: [], requests: [], redriveMessages: [] })).toMatchObject({
      lost: [],
      wrong: [],
    });
  });
});
