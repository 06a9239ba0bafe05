import { describe, expect, it } from 'vitest';
import { continuationEffects } from '../../../shared/delivery/continuation.ts';
import {
  digestAfter,
  digestName,
  mayJoin,
  membersOf,
  openDigest,
  settleMember,
} from '../../../shared/delivery/digest.ts';
import { postpone } from '../../../shared/delivery/postpone.ts';
import { claim } from '../../../shared/delivery/retry-cycle.ts';
import { digestMinutes, windowEnd } from '../../../shared/webhook/digest-choice.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../../builders/delivery.ts';
import { aFinding } from '../../builders/finding.ts';

const NOW = Date.UTC(2026, 10, 23, 10, 20);
const { tenantId, webhookId, deliveryId } = aDeliveryRow();
const name = digestName(tenantId, webhookId, windowEnd(NOW, 60));
const opened = openDigest(tenantId, webhookId, name, NOW).row;
const member = aDeliveryRow({ lastAttempt: 0, digestId: name.digestId, digestEndsAt: name.endsAt });
const delivered = {
  ...opened,
  status: 'delivered',
  attempts: [anAttempt({ statusCode: 200 })],
  lastAttempt: 1,
} as const;

describe('the window of a digest', () => {
  it('ends at a whole multiple of its length, later than now', () => {
    expect(windowEnd(NOW, 60)).toBe(Date.UTC(2026, 10, 23, 11));
    expect(windowEnd(Date.UTC(2026, 10, 23, 11), 60)).toBe(Date.UTC(2026, 10, 23, 12));
    expect(windowEnd(NOW, 1_440)).toBe(Date.UTC(2026, 10, 24));
  });

  it('is that of the first sync for what was detected before', () => {
    const webhook = { createdAt: NOW, firstSync: 'digest' } as const;
    expect(digestMinutes(webhook, aFinding({ detectedAt: new Date(NOW - 1).toISOString() }))).toBe(60);
    expect(digestMinutes(webhook, aFinding({ detectedAt: new Date(NOW).toISOString() }))).toBeUndefined();
  });
});

describe('a digest', () => {
  it('has one name for a webhook and a window, and another for what it leaves out', () => {
    expect(digestName(tenantId, webhookId, name.endsAt)).toEqual(name);
    expect(digestAfter(member).digestId).not.toBe(name.digestId);
  });

  it('that has ended is continued until its members are settled', () => {
    const ended = { ...delivered, reconcileAt: NOW };
    expect(postpone(ended, NOW)?.row).toMatchObject({ status: 'delivered', reconciles: 1 });
    expect(continuationEffects(ended)).toMatchObject([
      { kind: 'enqueue-retry', message: { deliveryId: name.digestId } },
    ]);
    const { reconcileAt: _done, ...settled } = ended;
    expect(continuationEffects(settled)).toEqual([]);
    expect(postpone(settled, NOW)).toBeUndefined();
  });

  it('has members once it has chosen them', () => {
    expect(membersOf(opened)).toBeUndefined();
    expect(membersOf({ ...opened, digestMembers: '' })).toEqual([]);
    expect(membersOf({ ...opened, digestMembers: `${deliveryId},${name.digestId}` })).toEqual([
      deliveryId,
      name.digestId,
    ]);
  });
});

describe('a member', () => {
  it('gets the attempts of its digest, after its own', () => {
    const before = { ...member, lastAttempt: 4, attempts: [anAttempt({ number: 4 })] };
    expect(settleMember(delivered, before, NOW)?.row).toMatchObject({
      status: 'delivered',
      lastAttempt: 5,
      attempts: [{ number: 4 }, { number: 5, statusCode: 200 }],
    });
  });

  it('is delivered although it has failed, if its digest was delivered after all', () => {
    const failed = { ...member, status: 'failed', reason: 'exhausted', lastAttempt: 4, attemptLimit: 4 } as const;
    expect(settleMember(delivered, failed, NOW)?.row).toMatchObject({
      status: 'delivered',
      attempts: [{ number: 4, statusCode: 200, duplicate: true }],
    });
  });

  it.each([
    ['is delivered already', { ...member, status: 'delivered' } as const],
    ['goes with another digest by now', { ...member, digestId: digestAfter(member).digestId }],
    ['goes alone by now', aDeliveryRow({ lastAttempt: 0 })],
  ])('that %s is left as it is', (_what, row) => {
    expect(settleMember(delivered, row, NOW)).toBeUndefined();
  });

  it('names its digest no more once it goes alone', () => {
    expect(claim(member, aDeliveryMessage(), 'lease', NOW).row).not.toHaveProperty('digestId');
  });
});

describe('a delivery', () => {
  const message = aDeliveryMessage();

  it.each([
    ['of which nothing is recorded', undefined, {}, true],
    ['that a person retries', undefined, { reopen: 'user' }, false],
    ['that was opened by a person', aDeliveryRow({ lastAttempt: 4, attemptLimit: 8, reopen: 'user' }), {}, false],
    ['that an operator redrives', aDeliveryRow({ status: 'failed', lastAttempt: 4 }), { reopen: 'operator' }, true],
    ['whose cycle has begun', aDeliveryRow({ lastAttempt: 1, attemptLimit: 4 }), {}, false],
    ['whose next cycle has not begun', aDeliveryRow({ lastAttempt: 4, attemptLimit: 8 }), {}, true],
  ] as const)('%s may join a digest: %s', (_what, row, overrides, may) => {
    expect(mayJoin(row, { ...message, ...overrides })).toBe(may);
  });
});
