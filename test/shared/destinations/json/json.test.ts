import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/json/json.ts';
import { aFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

itComplies('json');

describe('our own JSON', () => {
  it('is the finding as it is, in the payload shape of Standard Webhooks', () => {
    const input = aRenderInput();
    const request = format.render(input);
    expect(request).toMatchObject({ method: 'POST', url: input.url, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(request.body)).toEqual({
      type: 'finding.detected',
      timestamp: aFinding().detectedAt,
      data: aFinding(),
    });
  });
});

describe("a receiver's response", () => {
  it.each([
    [[200], 'success'],
    [[204], 'success'],
    [[299, '<html>'], 'success'],
    [[301], 'failure'],
    [[400], 'failure'],
    [[429, '', { 'retry-after': '9' }], 'failure, wait 9000'],
    [[500], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
