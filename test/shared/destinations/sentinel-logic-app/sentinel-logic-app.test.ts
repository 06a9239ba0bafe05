import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/sentinel-logic-app/sentinel-logic-app.ts';
import { aFinding } from '../../../builders/finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

/** Signed: no byte of it may change. */
const URL_AS_COPIED =
  'https://prod-00.westeurope.logic.azure.com:443/workflows/0/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a-B_c%2Bd';

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ url: URL_AS_COPIED, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

itComplies('sentinel-logic-app');

describe('a request to a Logic App', () => {
  it('goes to the URL to the letter', () => {
    expect(render().url).toBe(URL_AS_COPIED);
  });

  it('is one object of columns', () => {
    expect(render().json).toEqual({
      TimeGenerated: '2026-11-23T10:00:00.000Z',
      FindingId: 'fnd_01JDPX8Z',
      FindingTitle: 'Dormant admin account re-activated',
      AlertSeverity: 'High',
      OriginalSeverity: 'High',
      SeverityScore: 82,
      AffectedType: 'identity',
      AffectedId: '00u1x',
      AffectedName: 'jane@acme.example',
      Platform: 'okta',
      RemediationSummary: 'Disable the account and rotate its credentials.',
      RemediationUrl: 'https://docs.example/dormant',
      DeliveryId: aRenderInput().deliveryId,
      FindingCategory: 'Identity Security',
      FindingUrl: 'https://app.thalian.example/findings/fnd_01JDPX8Z',
      FindingDescription: 'An administrator who had not signed in since July did so from a new country.',
      OtherPlatforms: ['aws'],
      AlsoAffected: [{ type: 'asset', id: 'i-0abc', name: 'build-7', originalType: 'device' }],
      Attributes: { lastSignIn: '2026-07-26' },
    });
  });

  it.each([
    ['critical', 'High', 'Critical'],
    ['high', 'High', 'High'],
    ['medium', 'Medium', 'Medium'],
    ['low', 'Low', 'Low'],
    ['info', 'Informational', 'Informational'],
  ] as const)("calls %s %s, as Sentinel does, and keeps the finding's own: %s", (level, alert, original) => {
    const finding = aFinding({ severity: { level, score: 1 } });
    expect(render({ finding }).json).toMatchObject({ AlertSeverity: alert, OriginalSeverity: original });
  });
});

describe("a Logic App's response", () => {
  it.each([
    [[202], 'success'],
    [[200], 'success'],
    [[400, { error: { code: 'TriggerInputSchemaMismatch' } }], 'failure'],
    [[401], 'failure'],
    [[429, '', { 'retry-after': '17' }], 'failure, wait 17000'],
    [[504], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
