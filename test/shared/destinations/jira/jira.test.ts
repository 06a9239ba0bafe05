import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/jira/jira.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

const CREDENTIALS = { email: 'bot@acme.example', apiToken: 'ATATT3x' };
const OPTIONS = { projectKey: 'SEC' };

interface TextNode {
  readonly text: string;
  readonly marks?: readonly object[];
}

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: CREDENTIALS, options: OPTIONS, ...overrides }));
  const { fields } = JSON.parse(request.body);
  const nodes: readonly TextNode[] = fields.description.content.flatMap(
    ({ content }: { content: readonly TextNode[] }) => content,
  );
  return { ...request, fields, nodes, lines: nodes.map(({ text }) => text) };
}

itComplies('jira');

describe('an issue for Jira', () => {
  const GATEWAY = 'https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789';

  it.each([GATEWAY, `${GATEWAY}/`, `${GATEWAY}/rest/api/3/issue`])(
    'goes through the gateway for scoped tokens: %s',
    (url) => {
      expect(render({ url }).url).toBe(`${GATEWAY}/rest/api/3/issue`);
    },
  );

  it('has a label for each delivery, or one for each finding', () => {
    const labels = (id: string, options: Readonly<Record<string, string>>) =>
      render({ finding: aFinding({ id }), options: { ...OPTIONS, ...options } }).fields.labels;
    expect(labels('a b', {})).toEqual(['thalian', aRenderInput().deliveryId]);
    expect(labels('a b', { labels: 'finding' })).toEqual(['thalian', expect.stringMatching(/^fnd_[0-9a-f]{20}$/)]);
    expect(labels('a b', { labels: 'finding' })).not.toEqual(labels('a c', { labels: 'finding' }));
  });

  it('carries an OAuth token, which has no e-mail address, as a bearer token', () => {
    expect(render({ credentials: { apiToken: 'eyJ0' } }).headers['authorization']).toBe('Bearer eyJ0');
  });

  it('goes to the issue resource of the site, with e-mail address and token', () => {
    const { url, headers } = render({ url: 'https://acme.atlassian.net' });
    expect(url).toBe('https://acme.atlassian.net/rest/api/3/issue');
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('bot@acme.example:ATATT3x').toString('base64')}`);
  });

  it('has a summary of one line, a type, a priority, and the delivery to search for', () => {
    const { deliveryId } = aRenderInput();
    const { fields, lines } = render();
    expect(fields).toMatchObject({
      project: { key: 'SEC' },
      issuetype: { name: 'Task' },
      summary: 'High: Dormant admin account re-activated',
      priority: { name: 'High' },
      labels: ['thalian', deliveryId],
    });
    expect(lines).toEqual([
      'Severity: High (82)',
      'Category: Identity Security',
      'Affected: jane@acme.example (user 00u1x); build-7 (device i-0abc)',
      'Platform: okta, aws',
      'Detected: 2026-11-23T10:00:00.000Z',
      'Finding: fnd_01JDPX8Z',
      `Delivery: ${deliveryId}`,
      'An administrator who had not signed in since July did so from a new country.',
      'Disable the account and rotate its credentials.',
      'Open in Thalian',
      'Remediation guidance',
    ]);
  });

  it.each([
    ['critical', 'Highest', 'P1'],
    ['high', 'High', 'P2'],
    ['medium', 'Medium', 'P3'],
    ['low', 'Low', 'P4'],
    ['info', 'Lowest', 'P5'],
  ] as const)('gives %s the priority %s, or the name that was chosen', (level, standard, chosen) => {
    const finding = aFinding({ severity: { level, score: 1 } });
    expect(render({ finding }).fields.priority).toEqual({ name: standard });
    const options = { ...OPTIONS, priorities: 'P1,P2, P3 ,P4,P5' };
    expect(render({ finding, options }).fields.priority).toEqual({ name: chosen });
  });

  it('leaves out what the create screen of a project may lack', () => {
    const { fields } = render({ options: { ...OPTIONS, issueType: 'Bug', priorities: 'none', labels: 'none' } });
    expect(Object.keys(fields)).toEqual(['project', 'issuetype', 'summary', 'description']);
    expect(fields.issuetype).toEqual({ name: 'Bug' });
  });

  it('shows the text of a finding as it is: only its page and the guidance are links', () => {
    const { nodes } = render({
      finding: aPlainFinding({ title: HOSTILE_TEXT, remediation: { summary: HOSTILE_TEXT } }),
    });
    expect(nodes.filter(({ marks }) => marks !== undefined)).toEqual([]);
    const { nodes: withLinks } = render();
    expect(withLinks.filter(({ marks }) => marks !== undefined)).toEqual([
      {
        type: 'text',
        text: 'Open in Thalian',
        marks: [{ type: 'link', attrs: { href: 'https://app.thalian.example/findings/fnd_01JDPX8Z' } }],
      },
      {
        type: 'text',
        text: 'Remediation guidance',
        marks: [{ type: 'link', attrs: { href: 'https://docs.example/dormant' } }],
      },
    ]);
  });

  it('cuts the remediation so that the whole description fits, however many lines it has', () => {
    const { fields, lines } = render({ finding: aPlainFinding({ remediation: { summary: 'x\n'.repeat(2_000) } }) });
    const characters = JSON.stringify(fields.description).length;
    expect(characters).toBeLessThanOrEqual(32_767);
    expect(characters).toBeGreaterThan(31_500);
    expect(lines.at(-1)).toMatch(/^x?…$/);
  });

  it('leaves the remediation half of the room that a description of many lines would take', () => {
    const lines = 'x\n'.repeat(2_000);
    const finding = aPlainFinding({ description: lines, remediation: { summary: lines } });
    const { fields, lines: shown } = render({ finding });
    expect(JSON.stringify(fields.description).length).toBeLessThanOrEqual(32_767);
    expect(shown.filter((line) => line === 'x…')).toHaveLength(2);
  });
});

describe("Jira's response", () => {
  it.each([
    [[201, { id: '10000', key: 'SEC-24', self: 'https://acme.atlassian.net/rest/api/3/issue/10000' }], 'success'],
    [[201, ''], 'failure'],
    [[200, { key: 'SEC-24' }], 'failure'],
    [[200, '<html>Log in</html>'], 'failure'],
    [[400, { errorMessages: ["Field 'priority' is required"], errors: {} }], 'failure'],
    [[400, { errorMessages: ['CONTENT_LIMIT_EXCEEDED'], errors: {} }], 'failure'],
    [[401], 'failure'],
    [[403], 'failure'],
    [[429, '', { 'retry-after': '7', 'ratelimit-reason': 'jira-burst-based' }], 'failure, wait 7000'],
    [[503, '', { 'retry-after': '2' }], 'failure, wait 2000'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
