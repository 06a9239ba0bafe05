/** What `npm start` prints about requests: one line each, whatever a finding brings. */
import { expect, it } from 'vitest';
import { describeLogLine, describeRequest } from '../../local/narration.ts';

const REQUEST = {
  path: '/ok/siem',
  webhookId: 'dlv_1',
  body: '{}',
  bodySha256: '',
  nth: 1,
  answered: 200,
  signature: 'verified',
  receivedAt: Date.UTC(2026, 10, 23, 12),
} as const;

it('says whether a request is signed, and the signature right', () => {
  expect(describeRequest(REQUEST)).toMatch(/ POST 1, signature verified → answered 200$/);
  expect(describeRequest({ ...REQUEST, signature: 'wrong' })).toMatch(/ POST 1, signature wrong → /);
  expect(describeRequest({ ...REQUEST, signature: 'unsigned' })).toMatch(/ POST 1, unsigned → /);
});

it('lets no finding move the cursor or turn the direction of a line', () => {
  const data = { id: 'fnd_1\n', title: 'Report \u202egnp.exe\u001b[2J' };
  const line = describeRequest({ ...REQUEST, body: JSON.stringify({ data }) });
  expect(line).toContain('fnd_1 "Report gnp.exe [2J"');
  const reason = JSON.stringify({ message: 'finding.rejected', reason: 'no \u202efield' });
  expect(describeLogLine(reason)).toMatch(/no field$/);
  const repaired = JSON.stringify({ message: 'finding.repaired', tenantId: 'acme', repairs: 'title \u202ecut' });
  expect(describeLogLine(repaired)).toMatch(/repaired {3}a finding of acme: title cut$/);
});

it.each([
  [{ statusCode: 503 }, '503'],
  [{ statusCode: 403, cause: 'challenge-page' }, '403, challenge-page'],
  [
    { error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' },
    'certificate-expired, CERT_HAS_EXPIRED',
  ],
  [{ error: 'timeout', cause: 'timeout-body' }, 'timeout-body'],
  [{ error: 'url-refused' }, 'url-refused'],
])('says what came of an attempt: %j', (outcome, words) => {
  const about = {
    message: 'delivery.attempted',
    attempt: 1,
    attemptLimit: 4,
    decision: 'give-up',
    reason: 'exhausted',
  };
  expect(describeLogLine(JSON.stringify({ ...about, ...outcome }))).toMatch(
    new RegExp(`attempt 1 of 4: ${words}  FAILED: exhausted$`),
  );
});

it('says of an event that is no finding why it was set aside', () => {
  const line = JSON.stringify({ message: 'event.set-aside', reason: 'detail-type: "finding detected" is not it' });
  expect(describeLogLine(line)).toMatch(/ set aside {2}an event .*: detail-type: "finding detected" is not it$/);
});
