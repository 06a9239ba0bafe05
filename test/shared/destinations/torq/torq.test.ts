import { describe, expect, it } from 'vitest';
import { torqFormat } from '../../../../shared/destinations/torq/torq.ts';
import { aFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';

describe('an event for Torq', () => {
  it('is the finding as it is, with the delivery that a workflow can tell repeats by', () => {
    const input = aRenderInput();
    const request = torqFormat.render(input);
    expect(request).toMatchObject({ method: 'POST', url: input.url, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(request.body)).toEqual({
      type: 'finding.detected',
      deliveryId: input.deliveryId,
      finding: aFinding(),
    });
  });
});

describe("Torq's answer", () => {
  // A synchronous workflow answers with a status of its own.
  it.each([
    [[200], 'success'],
    [[202, { execution_id: 'x' }], 'success'],
    [[204], 'success'],
    [[401], 'failure'],
    [[404], 'failure'],
    [[429, '', { 'retry-after': '9' }], 'failure, wait 9000'],
    [[504], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(torqFormat, response)).toBe(judged);
  });
});
