import { describe, expect, it } from 'vitest';
import { examine } from '../../../scripts/stage/examine.ts';
import { aModelAccount, aStack, type ModelAccount, open } from '../../fakes/model-account.ts';

async function missingIn(overrides: Partial<ModelAccount>): Promise<readonly string[]> {
  const examined = await examine(open(aModelAccount(overrides)), 'production');
  return examined.filter(({ result }) => result === 'missing').map(({ subject, text }) => `${subject}: ${text}`);
}

describe('npm run doctor', () => {
  it('finds nothing missing where everything is there', async () => {
    expect(await missingIn({})).toEqual([]);
  });

  it.each<[string, Partial<ModelAccount>, string]>([
    ['the bootstrap', { bootstrapVersion: undefined }, 'Bootstrap: The account has no resources'],
    ['a bootstrap of today', { bootstrapVersion: 5 }, 'Bootstrap: The account has no resources'],
    ['the quota of an account that is not new', { concurrency: 10 }, 'Lambda quota: 10 functions'],
    ['what reservations leave of the quota', { reserved: 900 }, 'Lambda quota: 100 functions'],
    ['a mailbox', { subscriptions: {} }, 'Alarms: They reach no one'],
    [
      'the confirmation of the mailbox',
      { subscriptions: { 'ops@thalian.example': 'PendingConfirmation' } },
      'Alarms: ops@thalian.example has not confirmed',
    ],
    [
      'termination protection',
      { stack: aStack({ terminationProtection: false }) },
      'Protection: Without it: the stack (termination protection). Run npm run protect',
    ],
    [
      'protection of one table',
      { protectedTables: { 'the-config': true, 'the-log': false } },
      'Protection: Without it: table the-log.',
    ],
    ['protection of the accounts', { poolProtection: 'INACTIVE' }, 'Protection: Without it: user pool the-pool.'],
    [
      'a way on after a failed first deploy under protection',
      { stack: aStack({ status: 'ROLLBACK_COMPLETE', terminationProtection: true }) },
      'Stack: A first deploy failed (ROLLBACK_COMPLETE) under termination protection',
    ],
    ['a stack in order', { stack: aStack({ status: 'UPDATE_ROLLBACK_FAILED' }) }, 'Stack: UPDATE_ROLLBACK_FAILED'],
  ])('misses %s, and nothing else', async (_what, overrides, text) => {
    const missing = await missingIn(overrides);
    expect(missing).toHaveLength(1);
    expect(missing[0]).toContain(text);
  });

  it('asks for no more than bootstrap and quota before the first deploy', async () => {
    const examined = await examine(open(aModelAccount({ stack: undefined })), 'production');
    expect(examined.map(({ subject, result }) => [subject, result])).toEqual([
      ['Bootstrap', 'fine'],
      ['Lambda quota', 'fine'],
      ['Stack', 'not-yet'],
      ['Alarms', 'not-yet'],
      ['Protection', 'not-yet'],
      ['CloudFront', 'cannot-ask'],
      ['Sign-in pages', 'cannot-ask'],
    ]);
  });

  it('explains what it cannot ask by the error that it ends in', async () => {
    const examined = await examine(open(aModelAccount()), 'production');
    const texts = examined.filter(({ result }) => result === 'cannot-ask').map(({ text }) => text);
    expect(texts.join()).toContain('Your account must be verified before you can add new CloudFront resources');
  });

  it('asks for no protection of a stage whose data goes with it', async () => {
    const stack = aStack({ protection: 'unknown', terminationProtection: false });
    const nothing = { 'the-config': false, 'the-log': false };
    expect(await missingIn({ stack, protectedTables: nothing, poolProtection: 'INACTIVE' })).toEqual([]);
  });
});
