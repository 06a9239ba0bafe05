import { describe, expect, it } from 'vitest';
import { planDeploy } from '../../../scripts/stage/plan-deploy.ts';
import { protect } from '../../../scripts/stage/protect.ts';
import { aModelAccount, aStack, type ModelAccount, open } from '../../fakes/model-account.ts';

const JUST_DEPLOYED: Partial<ModelAccount> = {
  stack: aStack({ status: 'CREATE_COMPLETE', protection: 'off', terminationProtection: false }),
  protectedTables: { 'the-config': false, 'the-log': false },
  poolProtection: 'INACTIVE',
};

function run(model: ModelAccount) {
  return protect(open(model), 'production', () => {});
}

describe('npm run protect', () => {
  it('turns on what a first deploy left out, and keeps every other parameter', async () => {
    const model = aModelAccount(JUST_DEPLOYED);
    expect(await run(model)).toEqual([
      'the stack (termination protection)',
      'table the-config',
      'table the-log',
      'user pool the-pool',
    ]);
    expect(model).toMatchObject({
      protectedTables: { 'the-config': true, 'the-log': true },
      poolProtection: 'ACTIVE',
      stack: {
        EnableTerminationProtection: true,
        Parameters: aStack({ protection: 'on' }).Parameters,
      },
    });
  });

  it('has nothing to do a second time', async () => {
    const model = aModelAccount(JUST_DEPLOYED);
    await run(model);
    expect(await run(model)).toEqual([]);
  });

  it('says what stays without it although the template asks for it', async () => {
    const model = aModelAccount({ protectedTables: { 'the-config': false, 'the-log': true } });
    await expect(run(model)).rejects.toThrow('Still not protected: table the-config');
  });

  it.each<[string, Partial<ModelAccount>, string]>([
    ['no stack', { stack: undefined }, 'There is no stack of production'],
    ['a first deploy that failed', { stack: aStack({ status: 'ROLLBACK_COMPLETE' }) }, 'once a deploy has succeeded'],
    ['a deploy under way', { stack: aStack({ status: 'UPDATE_IN_PROGRESS' }) }, 'once a deploy has succeeded'],
    ['a stack of 0.1.0', { stack: aStack({ protection: 'unknown' }) }, 'Deploy this version first'],
  ])('refuses %s', async (_what, overrides, text) => {
    await expect(run(aModelAccount(overrides))).rejects.toThrow(text);
  });
});

describe('a deploy', () => {
  const FIRST = { parameter: 'off', terminationProtection: false };

  it('protects nothing as long as none has succeeded', () => {
    expect(planDeploy(undefined)).toEqual(FIRST);
    for (const status of ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'] as const) {
      expect(planDeploy(aStack({ status, terminationProtection: false }))).toEqual(FIRST);
    }
  });

  it('keeps the protection that 0.1.0 had, which knew no parameter', () => {
    expect(planDeploy(aStack({ protection: 'unknown' }))).toEqual({ parameter: 'on', terminationProtection: true });
  });

  it.each([
    { protection: 'on', terminationProtection: true },
    { protection: 'off', terminationProtection: false },
    { protection: 'off', terminationProtection: true },
  ] as const)('leaves it as it is: $protection, $terminationProtection', ({ protection, terminationProtection }) => {
    const plan = planDeploy(aStack({ protection, terminationProtection }));
    expect(plan).toEqual({ parameter: undefined, terminationProtection });
  });

  it('refuses to run into what a failed one left under termination protection', () => {
    expect(() => planDeploy(aStack({ status: 'ROLLBACK_COMPLETE' }))).toThrow('A first deploy that failed');
  });
});
