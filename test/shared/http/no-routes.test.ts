/**
 * Connects that fail at once, as every connect to an IPv6 address does on Lambda outside a VPC. They need a network that
 * has no route: a namespace of its own, in which a program of ours runs.
 */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const PROGRAM = 'test/fakes/network-without-routes.ts';

/** Loopback, and addresses to which packets go and get lost. */
const NETWORK = 'ip link set lo up && ip route add 203.0.114.0/24 dev lo';

const reportSchema = z.object({
  outcomes: z.record(z.string(), z.unknown()),
  returned: z.array(z.string()),
  rows: z.array(z.object({ webhookId: z.string(), status: z.string(), attempts: z.array(z.unknown()) })),
  posts: z.number(),
  testSend: z.looseObject({ status: z.number() }),
});

/** `.ci/run` sets it where namespaces must be there: a test that is always skipped shows nothing. */
const isRequired = process.env['NAMESPACES_REQUIRED'] === '1';

function inNamespace(...command: readonly string[]) {
  const args = ['-n', '--', 'sh', '-c', `${NETWORK} && exec "$@"`, 'sh', ...command];
  return spawnSync('unshare', args, { encoding: 'utf8', timeout: 25_000 });
}

describe('in a network without routes', () => {
  const trial = inNamespace('true');
  const reason = trial.status === 0 ? undefined : `no network namespace: ${trial.error?.message ?? trial.stderr}`;
  let report: z.output<typeof reportSchema>;
  beforeAll(() => {
    if (reason === undefined) {
      const { status, stdout, stderr } = inNamespace(process.execPath, PROGRAM);
      expect(stderr).toBe('');
      expect(status).toBe(0);
      report = reportSchema.parse(JSON.parse(stdout));
    }
  }, 30_000);

  it('the tests run where they must', () => {
    expect(isRequired ? reason : undefined).toBeUndefined();
  });

  it.for([
    ['ipv6-only.example.com', { cause: 'no-usable-address', code: 'ENETUNREACH' }],
    ['two-of-ipv6.example.com', { cause: 'no-usable-address', code: 'ENETUNREACH' }],
    ['ipv4-only.example.com', { cause: 'unreachable', code: 'ENETUNREACH' }],
    ['without-routes.example.com', { cause: 'unreachable', code: 'ENETUNREACH' }],
  ] as const)('a connect to %s fails with its own word', ([host, expected], { skip }) => {
    skip(reason !== undefined, reason);
    expect(report.outcomes[host]).toEqual({ kind: 'unanswered', error: 'connect-failed', ...expected });
  });

  it.for([
    ['of the other family', 'both.example.com'],
    ['after one without a route', 'next.example.com'],
    ['after one that is silent', 'silent-first.example.com'],
  ] as const)('the next address is tried: %s', ([, host], { skip }) => {
    skip(reason !== undefined, reason);
    expect(report.outcomes[host]).toBe(204);
  });

  it('a silent address is a timeout of the connect', ({ skip }) => {
    skip(reason !== undefined, reason);
    expect(report.outcomes['silent.example.com']).toEqual({
      kind: 'unanswered',
      error: 'timeout',
      cause: 'timeout-connect',
    });
  });

  it('one delivery of ten ends as its own failure, and the nine are delivered', ({ skip }) => {
    skip(reason !== undefined, reason);
    expect(report.returned).toEqual([]);
    expect(report.rows).toHaveLength(10);
    for (const { webhookId, status, attempts } of report.rows) {
      const expected = webhookId === 'wh_3' ? ['pending', ['connect-failed']] : ['delivered', [204]];
      expect([status, attempts]).toEqual(expected);
    }
  });

  it('a test send says so', ({ skip }) => {
    skip(reason !== undefined, reason);
    expect(report.testSend).toMatchObject({ status: 200, isAccepted: false, error: 'connect-failed' });
  });
});
