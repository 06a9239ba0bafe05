/** What `npm start` prints about requests: one line each, whatever a finding brings. */
import { expect, it } from 'vitest';
import { describeLogLine, describeRequest } from '../../local/narration.ts';

it('lets no finding move the cursor or turn the direction of a line', () => {
  const data = { id: 'fnd_1\n', title: 'Report \u202egnp.exe\u001b[2J' };
  const line = describeRequest({
    path: '/ok/siem',
    webhookId: 'dlv_1',
    body: JSON.stringify({ data }),
    bodySha256: '',
    nth: 1,
    answered: 200,
    signature: 'verified',
    receivedAt: Date.UTC(2026, 10, 23, 12),
  });
  expect(line).toContain('fnd_1 "Report gnp.exe [2J"');
  const reason = JSON.stringify({ message: 'finding.rejected', reason: 'no \u202efield' });
  expect(describeLogLine(reason)).toMatch(/no field$/);
  const repaired = JSON.stringify({ message: 'finding.repaired', tenantId: 'acme', repairs: 'title \u202ecut' });
  expect(describeLogLine(repaired)).toMatch(/repaired {3}a finding of acme: title cut$/);
});

it('says of an event that is no finding why it was set aside', () => {
  const line = JSON.stringify({ message: 'event.set-aside', reason: 'detail-type: "finding detected" is not it' });
  expect(describeLogLine(line)).toMatch(/ set aside {2}an event .*: detail-type: "finding detected" is not it$/);
});
