import { Agent } from 'node:https';
import { event as sendEvent } from '@pagerduty/pdjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { format } from '../../../../shared/destinations/pagerduty/pagerduty.ts';
import { FINDING_EVENTS } from '../../../../shared/finding/lifecycle.ts';
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
        source: 'jane@acme.example (user 00u1x); build-7 (device i-0abc)',
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

  const keyOf = (id: string, title?: string) =>
    render({ finding: aFinding({ id, ...(title !== undefined && { title }) }) }).json.dedup_key;

  it.each([
    ['of more than 255 characters', 'x'.repeat(256)],
    ['of more than 255 bytes', '密'.repeat(128)],
    ['of the greatest length', 'x'.repeat(2_048)],
    ...[' ', 'a\u0000', 'a\n', '\u202e1'].map((id) => [
      `that PagerDuty may read in another way: ${JSON.stringify(id)}`,
      id,
    ]),
  ])('takes a hash for an id %s', (_what, id) => {
    expect(keyOf(id ?? '')).toMatch(/^sha256-[0-9a-f]{64}$/);
  });

  it('keeps two findings apart whose ids are too long for a key, and the repeats of one together', () => {
    expect(keyOf('x'.repeat(255))).toBe('x'.repeat(255));
    const long = 'x'.repeat(2_047);
    expect(keyOf(`${long}1`)).not.toBe(keyOf(`${long}2`));
    expect(keyOf(`${long}1`, 'before')).toBe(keyOf(`${long}1`, 'after'));
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

describe('the life of a finding at PagerDuty', () => {
  it('is one alert: opened, joined, resolved by its key, and opened again', () => {
    const events = FINDING_EVENTS.map((event, index) =>
      JSON.parse(
        format.render(
          aRenderInput({ credentials: { routingKey: ROUTING_KEY }, lifecycle: { event, revision: index + 1 } }),
        ).body,
      ),
    );
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve', 'trigger']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    expect(events.map(({ payload }) => payload.custom_details.revision)).toEqual([1, 2, 3, 4]);
  });
});
