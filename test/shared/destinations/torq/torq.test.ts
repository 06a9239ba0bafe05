import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/torq/torq.ts';
import { aFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

itComplies('torq');

describe('an event for Torq', () => {
  it('is the finding as it is, with the delivery by which a workflow can recognise repeats', () => {
    const input = aRenderInput();
    const request = format.render(input);
    expect(request).toMatchObject({ method: 'POST', url: input.url, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(request.body)).toEqual({
      type: 'finding.detected',
      deliveryId: input.deliveryId,
      finding: aFinding(),
    });
  });
});

describe("Torq's response", () => {
  // A synchronous workflow responds with a status of its own.
  it.each([
    [[200], 'success'],
    [[202, { execution_id: 'x' }], 'success'],
    [[204], 'success'],
    [[401], 'failure'],
    [[404], 'failure'],
    [[429, '', { 'retry-after': '9' }], 'failure, wait 9000'],
    [[504], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
