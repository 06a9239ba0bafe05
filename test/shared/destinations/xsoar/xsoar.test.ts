import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/xsoar/xsoar.ts';
import { aFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

const CREDENTIALS = { username: 'thalian', password: 'pässword:with colon' };

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: CREDENTIALS, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

itComplies('xsoar');

describe('an incident for XSOAR', () => {
  it('has a name, a time and everything that a mapper may want, in one object', () => {
    expect(render().json).toEqual({
      name: 'Dormant admin account re-activated',
      occurred: '2026-11-23T10:00:00.000Z',
      severity: 3,
      deliveryId: aRenderInput().deliveryId,
      finding: aFinding(),
    });
  });

  it('has the type that was chosen', () => {
    expect(render({ options: { incidentType: 'Thalian' } }).json.type).toBe('Thalian');
  });

  it.each([
    ['critical', 4],
    ['high', 3],
    ['medium', 2],
    ['low', 1],
    ['info', 0.5],
  ] as const)("says %s in XSOAR's scale: %d", (level, severity) => {
    expect(render({ finding: aFinding({ severity: { level, score: 1 } }) }).json.severity).toBe(severity);
  });

  it('carries name and password as basic authentication', () => {
    const encoded = Buffer.from('thalian:pässword:with colon').toString('base64');
    expect(render().headers['authorization']).toBe(`Basic ${encoded}`);
  });

  it('carries the password in the header that the instance compares', () => {
    const { headers } = render({ credentials: { username: '_header:X-Api-Key', password: 'sesame' } });
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-api-key': 'sesame' });
  });

  it.each([
    ['webhook-id', 'sesame'],
    ['content-type', 'sesame'],
    ['x-api-key', 'pässword'],
  ])('puts nothing into a header that is not to be set: %s: %s', (name, password) => {
    expect(render({ credentials: { username: `_header:${name}`, password } }).headers).toEqual({
      'content-type': 'application/json',
    });
  });
});

describe("XSOAR's response", () => {
  it.each([
    [[200, [{ id: '1', name: 'f1', type: 'Unclassified' }]], {}, 'success'],
    [[200, 'null'], {}, 'failure'],
    [[200, 'null'], { duplicationKey: 'none' }, 'failure'],
    [[200, 'null'], { duplicationKey: 'deliveryId' }, 'success'],
    [[200, []], { duplicationKey: 'deliveryId' }, 'failure'],
    [[200, { ok: 'true' }], {}, 'failure'],
    [[200, '<html>'], { duplicationKey: 'deliveryId' }, 'failure'],
    [[400, 'Request, and rawJson field if exists must be in JSON format'], {}, 'failure'],
    [[401, 'Authorization failed.'], {}, 'failure'],
    [[405], {}, 'failure'],
    [[500, 'null'], { duplicationKey: 'deliveryId' }, 'failure'],
  ] as const)('%j with %j is a %s', (response, options, judged) => {
    expect(judge(format, response, options)).toBe(judged);
  });
});
