import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../local/demo/compare-evidence.ts';
import { type Expectation, predict, predictEnd, understandLine } from '../../local/demo/expectation.ts';
import type { ConnectedDemoWebhook } from '../../local/demo-webhooks.ts';
import type { ReceivedRequest } from '../../local/receiver/demo-receiver.ts';
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { aFinding } from '../builders/finding.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';

const NOW = Date.UTC(2026, 10, 24);

/** A webhook that takes everything, at a path of the demo receiver. */
function connectedAt(path: string, overrides: Partial<ConnectedDemoWebhook> = {}): ConnectedDemoWebhook {
  const webhookId = aWebhookId(`wh_${path.replaceAll(/\W/g, '_')}`);
  return { webhook: aWebhook({ webhookId }), path, isSigned: true, ...overrides };
}

function lineOf(detail: unknown, lineNumber = 1) {
  const text = typeof detail === 'string' ? detail : JSON.stringify(detail);
  return understandLine({ lineNumber, text }, NOW);
}

const GOOD = { tenantId: 'acme', finding: aFinding() };

function expectationFor(details: readonly unknown[], ...webhooks: readonly ConnectedDemoWebhook[]): Expectation {
  return predict(
    details.map((detail, index) => lineOf(detail, index + 1)),
    () => webhooks,
  );
}

/** What a faultless system leaves behind. */
function faultlessEvidence({ deliveries, rejected, refused }: Expectation): Evidence {
  const requests = deliveries.flatMap(({ deliveryId, path, isSigned, finding, end }) => {
    const body = JSON.stringify({ type: 'finding.detected', timestamp: finding.detectedAt, data: finding });
    return end.responses.map(
      (answered, index): ReceivedRequest => ({
        receivedAt: NOW + index,
        path,
        webhookId: deliveryId,
        nth: index + 1,
        answered,
        signature: isSigned ? 'verified' : 'unsigned',
        bodySha256: createHash('sha256').update(body).digest('hex'),
        body,
      }),
    );
  });
  const rows = deliveries.map(({ tenantId, webhookId, deliveryId, finding, end }): DeliveryRow => {
    const attempts = end.responses.map(
      (answered, index): Attempt => ({
        number: index + 1,
        at: NOW,
        millis: 1,
        ...(answered === 'no-answer' ? { error: 'timeout' } : { statusCode: answered }),
      }),
    );
    const { status, reason } = end;
    return {
      tenantId,
      webhookId,
      deliveryId,
      status,
      ...(reason && { reason }),
      lastAttempt: attempts.length,
      attemptLimit: 4,
      attempts,
      finding: canonicalFinding(finding),
      expiresAt: 1_900_000_000,
    };
  });
  return {
    rows,
    requests,
    deadFindings: rejected.map(({ text, because }) => ({ body: `{"detail":${text}}`, reason: because })),
    redriveMessages: deliveries.filter(({ end }) => end.reason === 'exhausted').map(({ deliveryId }) => deliveryId),
    refusedLineNumbers: refused.map(({ lineNumber }) => lineNumber),
  };
}

describe('the expectation', () => {
  it.each([
    ['/ok', { status: 'delivered', responses: [200] }],
    ['/slow', { status: 'delivered', responses: [200] }],
    ['/fail?times=2', { status: 'delivered', responses: [500, 500, 200] }],
    ['/fail?times=3', { status: 'delivered', responses: [500, 500, 500, 200] }],
    ['/fail?times=4', { status: 'failed', reason: 'exhausted', responses: [500, 500, 500, 500] }],
    ['/redirect', { status: 'failed', reason: 'exhausted', responses: [302, 302, 302, 302] }],
    ['/gone', { status: 'failed', reason: 'gone', responses: [410] }],
    ['/retry-after', { status: 'delivered', responses: [503, 200] }],
    ['/hang', { status: 'failed', reason: 'exhausted', responses: Array(4).fill('no-answer') }],
  ])('foretells how a delivery to %s ends', (path, end) => {
    expect(predictEnd(path)).toEqual(end);
  });

  it('goes by the alert rule: at or above the threshold, and only when alerts are on', () => {
    const withAlerts = (enabled: boolean, minSeverity: 'critical' | 'high' | 'medium') =>
      connectedAt('/ok', { webhook: aWebhook({ alerts: { enabled, minSeverity } }) });
    expect(expectationFor([GOOD], withAlerts(true, 'critical')).deliveries).toEqual([]);
    expect(expectationFor([GOOD], withAlerts(true, 'high')).deliveries).toHaveLength(1);
    expect(expectationFor([GOOD], withAlerts(true, 'medium')).deliveries).toHaveLength(1);
    expect(expectationFor([GOOD], withAlerts(false, 'medium')).deliveries).toEqual([]);
  });

  it('takes the same finding on two lines for one delivery, and changed content for another', () => {
    const changed = { ...GOOD, finding: aFinding({ title: 'Another title' }) };
    const { deliveries } = expectationFor([GOOD, changed, GOOD], connectedAt('/ok'));
    expect(deliveries.map(({ lineNumbers }) => lineNumbers)).toEqual([[1, 3], [2]]);
  });

  it('knows lines that EventBridge refuses from those that dispatch rejects', () => {
    const { deliveries, rejected, refused } = expectationFor(
      ['no json', '42', { finding: aFinding() }, { ...GOOD, extra: 'x'.repeat(1_100_000) }],
      connectedAt('/ok'),
    );
    expect(deliveries).toEqual([]);
    expect(rejected.map(({ lineNumber }) => lineNumber)).toEqual([3]);
    expect(refused.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 4]);
  });
});

describe('the judgement', () => {
  const expectation = expectationFor(
    [GOOD, { finding: aFinding() }, 'no json'],
    connectedAt('/fail?times=2'),
    connectedAt('/fail?times=4'),
    connectedAt('/ok', { isSigned: false }),
  );
  const evidence = faultlessEvidence(expectation);
  const problemsOf = (changed: Partial<Evidence>) =>
    judge(expectation, { ...evidence, ...changed }).map(({ problem }) => problem);
  const [flaky, exhausted, plain] = evidence.rows as [DeliveryRow, DeliveryRow, DeliveryRow];
  const withRow = (changed: DeliveryRow) =>
    problemsOf({ rows: evidence.rows.map((row) => (row.deliveryId === changed.deliveryId ? changed : row)) });
  const withRequest = (index: number, changed: Partial<ReceivedRequest>) =>
    problemsOf({
      requests: evidence.requests.map((request, at) => (at === index ? { ...request, ...changed } : request)),
    });

  it('finds nothing when all is as expected', () => {
    expect(judge(expectation, evidence)).toEqual([]);
  });

  it('notices a row whose status was altered', () => {
    expect(withRow({ ...flaky, status: 'failed' })).toEqual(['is failed, expected delivered']);
  });

  it('notices a row whose reason was altered', () => {
    expect(withRow({ ...exhausted, reason: 'gone' })).toEqual(['has the reason gone, expected exhausted']);
  });

  it("notices an attempt that is missing from a row's history", () => {
    expect(withRow({ ...flaky, attempts: flaky.attempts.slice(1) })).toEqual(['numbers its attempts 2, 3']);
    expect(withRow({ ...flaky, attempts: flaky.attempts.slice(0, -1) })).toContain(
      'recorded 500, 500, expected 500, 500, 200',
    );
  });

  it('notices an attempt with another result than the receiver gave', () => {
    const attempts = flaky.attempts.map((attempt) => ({ ...attempt, statusCode: 200 }));
    expect(withRow({ ...flaky, attempts })).toEqual([
      'recorded 200, 200, 200, expected 500, 500, 200',
      'recorded 200, 200, 200, but the receiver answered 500, 500, 200',
    ]);
  });

  it('notices a wrong attempt number', () => {
    expect(withRow({ ...plain, lastAttempt: 2 })).toEqual(['says lastAttempt 2, but its latest attempt is 1']);
  });

  it('notices a missing row, and one that was not expected', () => {
    expect(problemsOf({ rows: [flaky, exhausted] })).toContain('has no row in the delivery log');
    const stray = { ...plain, deliveryId: `${plain.deliveryId}X` as DeliveryRow['deliveryId'] };
    expect(problemsOf({ rows: [...evidence.rows, stray] })).toEqual(['has an unexpected row']);
  });

  it('notices a POST that is missing, and one that was not expected', () => {
    expect(problemsOf({ requests: evidence.requests.slice(1) })).toContain(
      'was received 2 times, but has 3 recorded attempts',
    );
    const strange = evidence.requests.slice(-1).map((request) => ({ ...request, webhookId: '' }));
    expect(problemsOf({ requests: [...evidence.requests, ...strange] })).toEqual(['was sent, but not expected']);
  });

  it('notices a POST under another id, at another path, with another body, or wrongly signed', () => {
    expect(withRequest(1, { webhookId: plain.deliveryId })).toContain(
      'was received 2 times, but has 3 recorded attempts',
    );
    expect(withRequest(1, { path: '/ok' })).toEqual([expect.stringContaining('was received at')]);
    expect(withRequest(1, { bodySha256: 'other' })).toEqual(['was received with different bodies']);
    expect(withRequest(1, { body: '{"data":{}}' })).toEqual([
      'was received with a body that does not carry the finding',
    ]);
    expect(withRequest(1, { signature: 'wrong' })).toEqual(['was received wrong, expected verified']);
    expect(withRequest(1, { signature: 'unsigned' })).toEqual(['was received unsigned, expected verified']);
    const last = evidence.requests.length - 1;
    expect(withRequest(last, { signature: 'unchecked' })).toEqual(['was received unchecked, expected unsigned']);
  });

  it('notices a bad line that is not in the findings DLQ, or has no reason there, and a message that no line explains', () => {
    expect(problemsOf({ deadFindings: [] })).toEqual(['is not in the findings DLQ']);
    const [dead] = evidence.deadFindings;
    const body = dead?.body ?? '';
    expect(problemsOf({ deadFindings: [{ body, reason: '' }] })).toEqual(['is in the findings DLQ without a reason']);
    const strange = { body: body.replace('detail":{', 'detail":{"other":1,'), reason: 'strange' };
    expect(problemsOf({ deadFindings: [...evidence.deadFindings, strange] })).toEqual([
      'holds an unexpected message (reason: strange)',
    ]);
  });

  it('notices that one of two bad lines that say the same is lost', () => {
    const bad = { finding: aFinding() };
    const both = expectationFor([bad, bad]);
    const { deadFindings, ...rest } = faultlessEvidence(both);
    expect(judge(both, { ...rest, deadFindings })).toEqual([]);
    expect(judge(both, { ...rest, deadFindings: deadFindings.slice(1) })).toHaveLength(1);
  });

  it('knows a bad line again by what it says, not by the order in which it says it', () => {
    const line = (finding: object) => ({ extra: [1, { a: null }], finding });
    const lines = expectationFor([line({ id: 'f', list: [1, 2] })]);
    const judged = (detail: object) =>
      judge(lines, {
        ...faultlessEvidence(lines),
        deadFindings: [{ body: JSON.stringify({ detail }), reason: 'bad' }],
      });
    expect(judged({ finding: { list: [1, 2], id: 'f' }, extra: [1, { a: null }] })).toEqual([]);
    for (const finding of [{ id: 'f', list: [2, 1] }, { id: 'f', list: [1] }, { id: 'f', list: { 0: 1, 1: 2 } }, {}]) {
      expect(judged(line(finding))).toHaveLength(2);
    }
  });

  it('copes with a bad line that is nested a hundred thousand deep', () => {
    const deep = `{"finding":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const lines = expectationFor([deep]);
    expect(judge(lines, faultlessEvidence(lines))).toEqual([]);
  });

  it('notices a redrive message that is missing, or for the wrong delivery', () => {
    expect(problemsOf({ redriveMessages: [] })).toEqual(['has no redrive message, and was to be exhausted']);
    expect(problemsOf({ redriveMessages: [...evidence.redriveMessages, plain.deliveryId] })).toEqual([
      'has a redrive message, but was not to be exhausted',
    ]);
  });

  it('notices a line that EventBridge should have refused, or refused without need', () => {
    expect(problemsOf({ refusedLineNumbers: [] })).toEqual(['was taken by EventBridge']);
    expect(problemsOf({ refusedLineNumbers: [1, 3] })).toEqual(['was refused by EventBridge']);
  });

  it('notices a delivery that was sent again after its end was recorded', () => {
    const [attempt] = plain.attempts as [Attempt];
    const again = { ...plain, lastAttempt: 2, attempts: [attempt, { ...attempt, number: 2 }] };
    const [request] = evidence.requests.slice(-1) as [ReceivedRequest];
    const requests = [...evidence.requests, request, request];
    const rows = evidence.rows.map((row) => (row === plain ? again : row));
    expect(problemsOf({ rows, requests })).toEqual(['recorded 200, 200, expected 200']);
  });
});

describe('the judgement of what at least once allows', () => {
  /** All that the receiver answered, and those of its responses that were recorded, by their place. */
  function judged(path: string, answered: readonly (number | 'no-answer')[], recorded: readonly number[]) {
    const expectation = expectationFor([GOOD], connectedAt(path));
    const faultless = faultlessEvidence(expectation);
    const [request] = faultless.requests as [ReceivedRequest];
    const [row] = faultless.rows as [DeliveryRow];
    const attempts = recorded.map((at, index): Attempt => {
      const response = answered[at] ?? 'no-answer';
      const result = response === 'no-answer' ? { error: 'timeout' as const } : { statusCode: response };
      return { number: index + 1, at: NOW, millis: 1, ...result };
    });
    const endingAs = (
      end: Pick<DeliveryRow, 'status' | 'reason'>,
      redriveMessages: Evidence['redriveMessages'] = [],
    ) => {
      const { reason: _, ...rest } = row;
      return judge(expectation, {
        ...faultless,
        requests: answered.map((response, at) => ({ ...request, nth: at + 1, answered: response })),
        rows: [{ ...rest, ...end, attempts, lastAttempt: attempts.length }],
        redriveMessages,
      }).map(({ problem }) => problem);
    };
    return { endingAs, id: row.deliveryId };
  }

  it.each([
    ['/ok', [200, 200, 200], [2]],
    ['/fail?times=2', [500, 500, 200], [0, 2]],
    ['/fail?times=2', [500, 500, 200, 200], [0, 1, 3]],
    ['/retry-after', [503, 200], [1]],
    ['/fail?times=4', [500, 500, 500, 500, 200], [0, 1, 3, 4]],
    ['/vendor/slack/false-success-first', [200, 200], [1]],
  ])('accepts at %s that of the responses %j only those at %j were recorded', (path, answered, recorded) => {
    expect(judged(path, answered, recorded).endingAs({ status: 'delivered' })).toEqual([]);
  });

  it('accepts that a repeat uses up what the receiver would have refused, or that it is refused once more', () => {
    const { endingAs, id } = judged('/fail?times=9', Array(5).fill(500), [0, 2, 3, 4]);
    expect(endingAs({ status: 'failed', reason: 'exhausted' }, [id])).toEqual([]);
    expect(endingAs({ status: 'failed', reason: 'exhausted' }, [id, id])).toEqual([]);
    expect(endingAs({ status: 'failed', reason: 'exhausted' })).toEqual([
      'has no redrive message, and was to be exhausted',
    ]);
    expect(endingAs({ status: 'delivered' }, [id])).toContain('is delivered, expected failed');
  });

  it('notices an end that does not follow from what was recorded', () => {
    const early = judged('/fail?times=4', Array(4).fill(500), [0, 1]);
    expect(early.endingAs({ status: 'failed', reason: 'exhausted' }, [early.id])).toEqual([
      'recorded 500, 500, expected 500, 500, 500, 500',
    ]);
    const lost = judged('/fail?times=2', [500, 500, 200, 200], [0, 1]);
    expect(lost.endingAs({ status: 'delivered' })).toEqual(['recorded 500, 500, expected 500, 500, 200']);
  });

  it('notices a forged repeat: wrongly signed, or with another body', () => {
    const expectation = expectationFor([GOOD, GOOD], connectedAt('/ok'));
    const evidence = faultlessEvidence(expectation);
    const [request] = evidence.requests as [ReceivedRequest];
    const withRepeat = (changed: Partial<ReceivedRequest>) =>
      judge(expectation, { ...evidence, requests: [request, { ...request, ...changed }] });
    expect(withRepeat({})).toEqual([]);
    expect(withRepeat({ signature: 'wrong' })).toHaveLength(1);
    expect(withRepeat({ bodySha256: 'other' })).toHaveLength(1);
    expect(withRepeat({ webhookId: `${request.webhookId}X` })).toHaveLength(1);
  });

  it('accepts a bad line that lies in the findings DLQ twice', () => {
    const expectation = expectationFor([{ finding: aFinding() }]);
    const evidence = faultlessEvidence(expectation);
    const deadFindings = [...evidence.deadFindings, ...evidence.deadFindings];
    expect(judge(expectation, { ...evidence, deadFindings })).toEqual([]);
  });
});

describe('the judgement of a delivery in a format of its own', () => {
  const expectation = expectationFor([GOOD], connectedAt('/vendor/slack/accepts', { isSigned: false }));
  const evidence = faultlessEvidence(expectation);
  const problemsWith = (changed: Partial<ReceivedRequest>) => {
    const requests = evidence.requests.map((request) => ({ ...request, ...changed }));
    return judge(expectation, { ...evidence, requests }).map(({ problem }) => problem);
  };
  const body = `{"blocks":"Finding ${aFinding().id}"}`;

  it('asks that it names the finding and arrives at the place of the vendor', () => {
    expect(problemsWith({ body, path: '/vendor/slack/accepts/services/T0/B0/x' })).toEqual([]);
    expect(problemsWith({ body: '{}' })).toEqual([expect.stringContaining('does not carry the finding')]);
    expect(problemsWith({ body, path: '/vendor/teams/accepts/x' })).toEqual([
      expect.stringContaining('was received at'),
    ]);
  });

  it('knows an id as chats escape it', () => {
    const marked = expectationFor(
      [{ tenantId: 'acme', finding: aFinding({ id: 'a&<root>' }) }],
      connectedAt('/vendor/slack/accepts', { isSigned: false }),
    );
    const sent = faultlessEvidence(marked);
    const problemsOf = (text: string) =>
      judge(marked, { ...sent, requests: sent.requests.map((request) => ({ ...request, body: text })) });
    expect(problemsOf('{"blocks":"Finding a&amp;&lt;root&gt;"}')).toEqual([]);
    expect(problemsOf('{"text":"Finding a\\\\&\\\\<root\\\\>"}')).toEqual([]);
    expect(problemsOf('{"blocks":"Finding a&amp;&lt;user&gt;"}')).toHaveLength(1);
    expect(problemsOf('{"text":"Finding a\\\\&\\\\<user\\\\>"}')).toHaveLength(1);
  });
});
