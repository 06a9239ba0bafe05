/**
 * Networks that a test machine does not have: one without a route, in which connects fail at once as every one to an IPv6
 * address does on Lambda outside a VPC, and one whose name server is ours.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { lackOfNamespaces, NAMESPACES_REQUIRED, runInNamespace } from '../../fakes/network-namespace.ts';

const reason = lackOfNamespaces();

const reportSchema = z.object({
  outcomes: z.record(z.string(), z.unknown()),
  returned: z.array(z.string()),
  rows: z.array(z.object({ webhookId: z.string(), status: z.string(), attempts: z.array(z.unknown()) })),
  posts: z.number(),
  testSend: z.looseObject({ status: z.number() }),
});

it('the tests in a network of their own run where they must', () => {
  expect(NAMESPACES_REQUIRED ? reason : undefined).toBeUndefined();
});

describe('in a network without routes', () => {
  let report: z.output<typeof reportSchema>;
  beforeAll(() => {
    if (reason === undefined) {
      const { status, stdout, stderr } = runInNamespace(process.execPath, 'test/fakes/network-without-routes.ts');
      expect([status, stderr]).toEqual([0, '']);
      report = reportSchema.parse(JSON.parse(stdout));
    }
  }, 30_000);

  it.for([
    ['ipv6-only.example.com', { cause: 'no-usable-address', code: 'ENETUNREACH' }],
    ['two-of-ipv6.example.com', { cause: 'no-usable-address', code: 'ENETUNREACH' }],
    ['ipv4-only.example.com', { cause: 'unreachable', code: 'ENETUNREACH' }],
    ['without-routes.example.com', { cause: 'unreachable', code: 'ENETUNREACH' }],
    ['without IPv6', { cause: 'no-usable-address', code: 'EADDRNOTAVAIL' }],
    ['unreachable.example.com', { cause: 'unreachable', code: 'EHOSTUNREACH' }],
    ['silent-and-none.example.com', { cause: 'timeout-connect', code: 'ETIMEDOUT' }],
    ['forbidden.example.com', { cause: 'unknown', code: 'EACCES' }],
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

describe('where the name server', () => {
  let outcomes: unknown;
  beforeAll(() => {
    if (reason === undefined) {
      const { status, stdout, stderr } = runInNamespace(process.execPath, 'test/fakes/with-name-server.ts');
      expect([status, stderr]).toEqual([0, '']);
      outcomes = JSON.parse(stdout);
    }
  }, 30_000);

  it.for([
    ['knows no such name', 'unknown', { error: 'dns-failed', cause: 'no-such-name', code: 'ENOTFOUND' }],
    ['fails', 'failing', { error: 'dns-failed', cause: 'dns-unavailable', code: 'EAI_AGAIN' }],
    ['refuses', 'refusing', { error: 'dns-failed', cause: 'dns-unavailable', code: 'EAI_AGAIN' }],
    // The system's resolver does not tell it from no name.
    ['knows no address', 'no-data', { error: 'dns-failed', cause: 'no-such-name', code: 'ENOTFOUND' }],
  ] as const)('%s, that is the cause', ([, label, expected], { skip }) => {
    skip(reason !== undefined, reason);
    expect(outcomes).toMatchObject({ [label]: { kind: 'unanswered', ...expected } });
  });

  it('says nothing, DNS is the cause', ({ skip }) => {
    skip(reason !== undefined, reason);
    // Whichever is shorter, the time of the resolver or ours.
    expect(outcomes).toMatchObject({ silent: { cause: expect.stringMatching(/^(dns-unavailable|timeout-dns)$/) } });
  });
});
