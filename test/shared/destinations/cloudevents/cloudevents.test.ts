import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/cloudevents/cloudevents.ts';
import { anyFinding } from '../../../builders/any-finding.ts';
import { aFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { withoutNul } from '../../../builders/without-nul.ts';
import { itComplies } from '../it-complies.ts';

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput(overrides));
  return { ...request, json: JSON.parse(request.body) };
}

/** As the SDK of the CloudEvents project reads it; its `toEvent` alone validates nothing. */
function readBySdk({ headers, body }: ReturnType<typeof render>): CloudEvent<unknown> {
  const event = HTTP.toEvent({ headers: { ...headers }, body });
  if (!(event instanceof CloudEvent)) {
    throw new Error('not one event');
  }
  event.validate();
  return event;
}

itComplies('cloudevents');

describe('a CloudEvent', () => {
  it('is structured, with the delivery as its id and the finding as its data', () => {
    const { headers, json } = render();
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(json).toEqual({
      specversion: '1.0',
      id: aRenderInput().deliveryId,
      source: 'urn:thalian:findings',
      type: 'thalian.finding.detected',
      subject: 'fnd_01JDPX8Z',
      time: '2026-11-23T10:00:00.000Z',
      datacontenttype: 'application/json',
      severity: 'high',
      severityid: 4,
      data: aFinding(),
    });
  });

  it.each([
    ['critical', 5],
    ['high', 4],
    ['medium', 3],
    ['low', 2],
    ['info', 1],
  ] as const)('numbers %s as OCSF does: %i', (level, severityid) => {
    const finding = aFinding({ severity: { level, score: 1 } });
    expect(render({ finding }).json).toMatchObject({ severity: level, severityid });
  });

  it('has no character in its attributes that CloudEvents forbids', () => {
    const { json } = render({ finding: aFinding({ id: 'a\u0000b\u009fc\ufffed\ufdd0e\u{1ffff}' }) });
    expect(json.subject).toBe('a b c d e');
  });

  it('has the source that was chosen', () => {
    expect(render({ options: { source: '/acme' } }).json.source).toBe('/acme');
  });

  it.each([
    ['the example', aFinding()],
    ['the longest finding', theLongestFinding()],
    ['an id of control characters', aFinding({ id: '\u0000\n' })],
  ])('is read and found valid by the SDK: %s', (_what, finding) => {
    expect(readBySdk(render({ finding }))).toMatchObject({ data: withoutNul(finding), severityid: expect.any(Number) });
  });

  it('is found valid by the SDK whatever the finding', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        expect(readBySdk(render({ finding })).data).toEqual(withoutNul(finding));
      }),
      { numRuns: 50 },
    );
  });
});

describe("a sink's response", () => {
  it.each([
    [[200], 'success'],
    [[202], 'success'],
    [[204], 'success'],
    [[302], 'failure'],
    [[415], 'failure'],
    [[429, '', { 'retry-after': '5' }], 'failure, wait 5000'],
    [[500], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
