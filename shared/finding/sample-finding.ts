/**
 * The findings that the project invents: one shows every field, for examples and tests; one says that nothing happened,
 * for trying a destination. Code that needs an invented finding derives it from these.
 */
import type { Finding } from './finding.ts';

/** With every optional member required: the compiler names the sample that lacks a new field. */
type WithEveryField<Value> = Value extends object
  ? { readonly [Name in keyof Value]-?: WithEveryField<Value[Name]> }
  : Value;

export const SAMPLE_FINDING: WithEveryField<Finding> = {
  id: 'fnd_01JDPX8Z',
  title: 'Dormant admin account re-activated',
  severity: { level: 'high', score: 82 },
  category: 'Identity Security',
  url: 'https://app.thalian.example/findings/fnd_01JDPX8Z',
  description: 'An administrator who had not signed in since July did so from a new country.',
  affected: { type: 'identity', id: '00u1x', name: 'jane@acme.example', originalType: 'user' },
  alsoAffected: [{ type: 'asset', id: 'i-0abc', name: 'build-7', originalType: 'device' }],
  platform: 'okta',
  platforms: ['aws'],
  attributes: { lastSignIn: '2026-07-26' },
  detectedAt: '2026-11-23T10:00:00.000Z',
  remediation: {
    summary: 'Disable the account and rotate its credentials.',
    url: 'https://docs.example/dormant',
  },
};

/**
 * For a destination that is in use. Of the least severity, so that no rule there raises an alarm; without optional
 * fields, because none of them would be true.
 */
export function trialFinding(finding: Pick<Finding, 'id' | 'title' | 'detectedAt'>): Finding {
  return {
    ...finding,
    severity: { level: 'info', score: 0 },
    affected: { type: 'asset', id: 'test-asset', name: 'No real asset' },
    platform: 'thalian',
    remediation: { summary: 'Nothing to do: the finding is not real.' },
  };
}
