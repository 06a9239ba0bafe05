import { gunzipSync } from 'node:zlib';
import { LogsIngestionClient } from '@azure/monitor-ingestion';
import { describe, expect, it } from 'vitest';
import { format } from '../../../../shared/destinations/sentinel/sentinel.ts';
import { aFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

const ENDPOINT = 'https://thalian-a1b2.westeurope-1.ingest.monitor.azure.com';
const OPTIONS = { ruleId: 'dcr-000a00a000a00000a000000aa000a0aa', directoryId: 'directory', clientId: 'client' };
const CREDENTIALS = { clientSecret: 'sesame' };

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ url: ENDPOINT, options: OPTIONS, ...overrides }));
  return { ...request, rows: JSON.parse(request.body) };
}

itComplies('sentinel');

describe('a row for Sentinel', () => {
  it('goes to the stream of the rule, one row to a call', () => {
    const { method, url, rows } = render({ options: { ...OPTIONS, stream: 'Custom-Own_CL' } });
    expect(`${method} ${url}`).toBe(
      `POST ${ENDPOINT}/dataCollectionRules/${OPTIONS.ruleId}/streams/Custom-Own_CL?api-version=2023-01-01`,
    );
    expect(rows).toEqual([expect.objectContaining({ FindingId: 'fnd_01JDPX8Z', AlertSeverity: 'High' })]);
  });

  it('carries no credential until it has a token', () => {
    expect(render({ credentials: CREDENTIALS }).headers).toEqual({ 'content-type': 'application/json' });
    expect(render({ credentials: CREDENTIALS }).body).not.toContain('sesame');
  });
});

describe('the token for Sentinel', () => {
  it.each([
    [undefined, 'https://login.microsoftonline.com', 'https://monitor.azure.com/.default'],
    ['public', 'https://login.microsoftonline.com', 'https://monitor.azure.com/.default'],
    ['us-government', 'https://login.microsoftonline.us', 'https://monitor.azure.us/.default'],
    ['china', 'https://login.chinacloudapi.cn', 'https://monitor.azure.cn/.default'],
    ['another', 'https://login.microsoftonline.com', 'https://monitor.azure.com/.default'],
  ])('in the cloud %s is issued by %s for %s', (cloud, signInUrl, scope) => {
    const options = { ...OPTIONS, ...(cloud !== undefined && { cloud }) };
    expect(format.authorize?.({ options, credentials: CREDENTIALS })).toEqual({
      tokenUrl: `${signInUrl}/directory/oauth2/v2.0/token`,
      clientId: 'client',
      clientSecret: 'sesame',
      scope,
    });
  });

  it('may come from elsewhere', () => {
    const credentials = { ...CREDENTIALS, signInUrl: 'https://proxy.example:8443' };
    expect(format.authorize?.({ options: OPTIONS, credentials })?.tokenUrl).toBe(
      'https://proxy.example:8443/directory/oauth2/v2.0/token',
    );
  });
});

describe("Azure's own client", () => {
  it.each([
    ['the example', aFinding()],
    ['the longest finding', theLongestFinding()],
  ])('sends the same rows to the same URL for a token of the same scope: %s', async (_what, finding) => {
    const ours = render({ finding });
    const scopes: string[] = [];
    const sent: { readonly method: string; readonly url: string; readonly body: string; readonly type: string }[] = [];
    const credential = {
      async getToken(asked: string | readonly string[]) {
        scopes.push(...[asked].flat());
        return { token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const client = new LogsIngestionClient(ENDPOINT, credential, {
      httpClient: {
        async sendRequest(request) {
          const { method, url, headers, body } = request;
          const text = body instanceof Uint8Array ? gunzipSync(body).toString('utf8') : '';
          // It encodes a hyphen that needs no encoding.
          sent.push({ method, url: decodeURIComponent(url), body: text, type: headers.get('content-type') ?? '' });
          return { request, headers, status: 204 };
        },
      },
    });
    await client.upload(OPTIONS.ruleId, 'Custom-ThalianFindings_CL', ours.rows);
    const { method, url, body, headers } = ours;
    expect(sent).toEqual([{ method, url, body, type: headers['content-type'] }]);
    // Its own scope has two slashes; both name the same audience.
    const { scope = '' } = format.authorize?.({ options: OPTIONS, credentials: CREDENTIALS }) ?? {};
    expect(scopes.map((asked) => asked.replace('com//', 'com/'))).toEqual([scope]);
  });
});

describe("Sentinel's response", () => {
  it.each([
    [[204], 'success'],
    [[200], 'failure'],
    [[202], 'failure'],
    [[400, { error: { code: 'InvalidPayload' } }], 'failure'],
    [[401], 'failure'],
    [[403, { error: { code: 'OperationFailed' } }], 'failure'],
    [[404], 'failure'],
    [[413], 'failure'],
    [[429, '', { 'retry-after': '21' }], 'failure, wait 21000'],
    [[503], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
