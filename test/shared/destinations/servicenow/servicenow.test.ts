import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/servicenow/servicenow.ts';
import { aFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

const CREDENTIALS = { username: 'thalian', password: 'sesame' };

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: CREDENTIALS, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

itComplies('servicenow');

describe('who sends a record to ServiceNow', () => {
  it('is a user with a password, or the holder of an API key', () => {
    const headersFor = (credentials: Readonly<Record<string, string>>) =>
      format.render(aRenderInput({ credentials })).headers;
    const basic = `Basic ${Buffer.from('thalian:pass').toString('base64')}`;
    expect(headersFor({ username: 'thalian', password: 'pass' })).toMatchObject({ authorization: basic });
    expect(headersFor({ password: 'now_key' })).toMatchObject({ 'x-sn-apikey': 'now_key' });
    expect(headersFor({ password: 'now_key' })).not.toHaveProperty('authorization');
  });
});

describe('a record for ServiceNow', () => {
  it.each([
    ['https://acme.service-now.com', {}, 'https://acme.service-now.com/api/now/table/incident'],
    [
      'https://acme.service-now.com',
      { table: 'sn_si_incident' },
      'https://acme.service-now.com/api/now/table/sn_si_incident',
    ],
    ['https://proxy.example/snow/incident', { table: 'ignored' }, 'https://proxy.example/snow/incident'],
  ])('sent to %s with %j goes to %s', (url, options, target) => {
    expect(render({ url, options }).url).toBe(target);
  });

  it('is an incident that can be searched by the delivery', () => {
    const { deliveryId } = aRenderInput();
    expect(render().json).toEqual({
      short_description: 'High: Dormant admin account re-activated',
      description: [
        'Title: Dormant admin account re-activated',
        'Severity: High (82)',
        'Category: Identity Security',
        'Affected: jane@acme.example (user 00u1x); build-7 (device i-0abc)',
        'Platform: okta, aws',
        'Detected: 2026-11-23T10:00:00.000Z',
        'Finding: fnd_01JDPX8Z',
        `Delivery: ${deliveryId}`,
        'Open in Thalian: https://app.thalian.example/findings/fnd_01JDPX8Z',
        'Remediation guidance: https://docs.example/dormant',
        '',
        'An administrator who had not signed in since July did so from a new country.',
        '',
        'Disable the account and rotate its credentials.',
      ].join('\n'),
      impact: '1',
      urgency: '2',
      correlation_id: deliveryId,
      correlation_display: 'Thalian',
    });
  });

  it('is joined by the finding if the webhook says so, with a hash for an id that the column would cut', () => {
    const correlated = (id: string, options: Readonly<Record<string, string>>) =>
      render({ finding: aFinding({ id }), options }).json.correlation_id;
    expect(correlated('fnd_1', { correlateBy: 'finding' })).toBe('fnd_1');
    expect(correlated('x'.repeat(101), { correlateBy: 'finding' })).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(correlated('a\nb', { correlateBy: 'finding' })).toMatch(/^sha256-/);
    // As every webhook from before the choice.
    expect(correlated('fnd_1', {})).toBe(aRenderInput().deliveryId);
  });

  it.each([
    [{ assignmentGroup: 'Security Operations' }, '?sysparm_input_display_value=true'],
    [{ callerId: 'Thalian Bot', assignmentGroup: '0a'.repeat(16) }, '?sysparm_input_display_value=true'],
    [{ assignmentGroup: '0a'.repeat(16) }, ''],
    [{}, ''],
  ])('asks ServiceNow to look names up, if there are any: %j', (options, query) => {
    expect(new URL(render({ url: 'https://acme.service-now.com', options }).url).search).toBe(query);
  });

  it('goes to an import set by its path', () => {
    const url = 'https://acme.service-now.com/api/now/import/u_thalian';
    expect(render({ url }).url).toBe(url);
  });

  it('has the fields that were chosen', () => {
    const options = { category: 'security', assignmentGroup: 'SOC', callerId: 'thalian.bot' };
    expect(render({ options }).json).toMatchObject({
      category: 'security',
      assignment_group: 'SOC',
      caller_id: 'thalian.bot',
    });
  });

  it.each([
    ['critical', '1', '1'],
    ['high', '1', '2'],
    ['medium', '2', '2'],
    ['low', '2', '3'],
    ['info', '3', '3'],
  ] as const)('weighs %s as impact %s and urgency %s', (level, impact, urgency) => {
    const finding = aFinding({ severity: { level, score: 1 } });
    expect(render({ finding }).json).toMatchObject({ impact, urgency });
  });

  it('is cut with a mark before ServiceNow cuts it without one, the remediation first', () => {
    const { json } = render({ finding: theLongestFinding() });
    expect(json.short_description).toMatch(/…$/);
    expect(json.short_description.length).toBeLessThanOrEqual(160);
    expect(json.description).toMatch(/…$/);
    expect(json.description.length).toBeLessThanOrEqual(4_000);
    expect(json.description).toContain(`\nDelivery: ${aRenderInput().deliveryId}\n`);
  });
});

describe("ServiceNow's response", () => {
  it.each([
    [[201, { result: { sys_id: 'abc', number: 'INC0010001' } }], 'success'],
    [[201, { result: {} }], 'failure'],
    [[201, ''], 'failure'],
    [[201, { import_set: 'ISET1', result: [{ status: 'inserted' }] }], 'success'],
    [[200, { import_set: 'ISET1', result: [{ status: 'ignored' }] }], 'success'],
    [[201, { import_set: 'ISET1', result: [{ status: 'updated' }, { status: 'error' }] }], 'failure'],
    [[201, { import_set: 'ISET1', result: [] }], 'failure'],
    [[200, { result: [] }], 'failure'],
    [[200, '<html>Log in</html>'], 'failure'],
    [[400, { error: { message: 'Invalid table' }, status: 'failure' }], 'failure'],
    [[401, { error: { message: 'User Not Authenticated' }, status: 'failure' }], 'failure'],
    [[403], 'failure'],
    [[429, '', { 'retry-after': '120' }], 'failure, wait 120000'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
