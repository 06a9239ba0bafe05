import { Agent } from 'node:https';
import { event as sendEvent } from '@pagerduty/pdjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { format } from '../../../../shared/destinations/pagerduty/pagerduty.ts';
import { aCertificateFor } from '../../../builders/certificate.ts';
import { aFinding } from '../../../builders/finding.ts';
import { HOSTILE_TEXT, theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { startCaptureServer } from '../../../fakes/capture-server.ts';
import { itComplies } from '../it-complies.ts';

const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: { routingKey: ROUTING_KEY }, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

itComplies('pagerduty');

describe('an event for PagerDuty', () => {
  it.each([
    ['https://events.eu.pagerduty.com', 'https://events.eu.pagerduty.com/v2/enqueue'],
    ['https://proxy.example/pd', 'https://proxy.example/pd'],
  ])('sent to %s goes to %s', (url, target) => {
    expect(render({ url }).url).toBe(target);
  });

  it('triggers an alert that holds the whole finding', () => {
    const { id, title: _title, detectedAt: _detectedAt, ...details } = aFinding();
    const { deliveryId } = aRenderInput();
    expect(render().json).toEqual({
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
      dedup_key: id,
      payload: {
        summary: 'High: Dormant admin account re-activated',
        source: 'jane@acme.example (identity 00u1x); build-7 (asset i-0abc)',
        severity: 'error',
        timestamp: '2026-11-23T10:00:00.000Z',
        component: 'okta, aws',
        class: 'finding',
        custom_details: { findingId: id, ...details, deliveryId },
      },
      client: 'Thalian',
      client_url: 'https://app.thalian.example/findings/fnd_01JDPX8Z',
      links: [
        { href: 'https://app.thalian.example/findings/fnd_01JDPX8Z', text: 'Open in Thalian' },
        { href: 'https://docs.example/dormant', text: 'Remediation guidance' },
      ],
    });
  });

  it.each([
    ['critical', 'critical'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'info'],
    ['info', 'info'],
  ] as const)('calls %s what PagerDuty calls it: %s', (level, severity) => {
    expect(render({ finding: aFinding({ severity: { level, score: 1 } }) }).json.payload.severity).toBe(severity);
  });

  it('keeps two findings apart whose ids are too long for a key', () => {
    expect(render({ finding: aFinding({ id: 'x'.repeat(128) }) }).json.dedup_key).toBe('x'.repeat(128));
    expect(render({ finding: aFinding({ id: '密'.repeat(128) }) }).json.dedup_key).toBe(aRenderInput().deliveryId);
  });

  it.each([' ', 'a\u0000', 'a\n', '\u202e1'])('takes no key that PagerDuty may read in another way: %j', (id) => {
    expect(render({ finding: aFinding({ id }) }).json.dedup_key).toBe(aRenderInput().deliveryId);
  });

  it("keeps within PagerDuty's limits, however long the finding", () => {
    const { json, body } = render({ finding: theLongestFinding() });
    expect(json.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(Buffer.byteLength(json.dedup_key)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(512 * 1024);
  });
});

describe("PagerDuty's own client", () => {
  it.each([
    ['the example', aFinding()],
    ['hostile text', aFinding({ title: HOSTILE_TEXT })],
    ['the longest finding', theLongestFinding()],
  ])('sends the same bytes to the same path: %s', async (_what, finding) => {
    const certificate = await aCertificateFor('127.0.0.1');
    const server = await startCaptureServer({ statusCode: 202, body: '{"status":"success"}' }, certificate);
    onTestFinished(server.stop);
    const ours = render({ finding, url: 'https://events.pagerduty.com' });

    const agent = new Agent({ ca: certificate.cert });
    await sendEvent(Object.assign({ data: ours.json, server: server.host }, { agent }));

    expect(server.requests).toMatchObject([
      { method: ours.method, target: new URL(ours.url).pathname, body: ours.body },
    ]);
    expect(server.requests[0]?.headers['content-type']).toMatch(/^application\/json/);
  });
});

describe("PagerDuty's response", () => {
  it.each([
    [[202, { status: 'success', message: 'Event processed', dedup_key: 'x' }], 'success'],
    [[200, { status: 'success' }], 'failure'],
    [[204], 'failure'],
    [[400, { status: 'invalid event', errors: ["Length of 'routing_key' is incorrect"] }], 'failure'],
    [[429], 'failure'],
    [[429, '', { 'retry-after': '60' }], 'failure, wait 60000'],
    [[500], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
