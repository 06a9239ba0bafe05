import splunkLogging from 'splunk-logging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classify } from '../../../../shared/delivery/classify.ts';
import { format } from '../../../../shared/destinations/splunk-hec/splunk-hec.ts';
import { aFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { answered, aRenderInput } from '../../../builders/rendered.ts';
import { startCaptureServer } from '../../../fakes/capture-server.ts';
import { itComplies } from '../it-complies.ts';

const TOKEN = '6b1f3a52-7c52-4c5c-9a4c-7d3b3a3f0e11';

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: { token: TOKEN }, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

itComplies('splunk-hec');

describe('an event for Splunk', () => {
  it('carries the token in the scheme that the collector knows', () => {
    expect(render().headers['authorization']).toBe(`Splunk ${TOKEN}`);
  });

  it('has the time in seconds, and source and source type even if the tenant chose none', () => {
    const { json } = render();
    expect(json).toMatchObject({ time: '1795428000.000', source: 'thalian', sourcetype: 'thalian:finding' });
    expect(json).not.toHaveProperty('index');
    expect(json).not.toHaveProperty('host');
  });

  it('goes where the options say', () => {
    const options = { index: 'sec', sourcetype: 'vendor:finding', source: 'vendor', host: 'asset1' };
    expect(render({ options }).json).toMatchObject(options);
  });

  it('names a channel only for a token that needs one', () => {
    const channel = '6c8a1f0e-3b7d-4a51-9f02-5d1f6a7b8c90';
    expect(render({ options: { channel } }).headers).toMatchObject({ 'x-splunk-request-channel': channel });
    expect(render().headers).not.toHaveProperty('x-splunk-request-channel');
  });

  it.each([
    ['critical', 'critical'],
    ['high', 'high'],
    ['medium', 'medium'],
    ['low', 'low'],
    ['info', 'informational'],
  ] as const)('calls %s what the CIM calls it: %s', (level, severity) => {
    const finding = aFinding({ severity: { level, score: 12.5 } });
    expect(render({ finding }).json.event).toMatchObject({ severity, score: 12.5 });
  });

  it('names an identity as user and an asset as dest', () => {
    expect(render().json.event).toMatchObject({ user: 'jane@acme.example' });
    const finding = aFinding({ affected: { type: 'asset', id: 'i-0a1', name: '' } });
    expect(render({ finding }).json.event).toMatchObject({ dest: 'i-0a1' });
  });

  it.each([
    ['https://splunk.example:8088', 'https://splunk.example:8088/services/collector/event'],
    ['https://splunk.example:8088/', 'https://splunk.example:8088/services/collector/event'],
    ['https://proxy.example/hec/event/1.0', 'https://proxy.example/hec/event/1.0'],
  ])('sent to %s goes to %s', (url, target) => {
    expect(render({ url }).url).toBe(target);
  });
});

describe("Splunk's own client", () => {
  it.each([
    ['an identity', aFinding(), {}],
    [
      'an asset',
      aFinding({ affected: { type: 'asset', id: 'i-0a1', name: 'web-1' } }),
      { index: 'sec', host: 'asset1' },
    ],
    ['the longest finding', theLongestFinding(), { index: 'sec', source: 'vendor', sourcetype: 'vendor:finding' }],
  ])('sends the same bytes with the same token: %s', async (_what, finding, options) => {
    const server = await startCaptureServer({ statusCode: 200, body: '{"text":"Success","code":0}' });
    onTestFinished(server.stop);
    const url = `http://${server.host}/services/collector/event/1.0`;
    const ours = render({ finding, options, url });

    const { event, ...metadata } = ours.json;
    const logger = new splunkLogging.Logger({ token: TOKEN, url });
    logger.eventFormatter = (message) => message;
    await new Promise((sent) => logger.send({ message: event, metadata }, sent));

    const [theirs] = server.requests;
    expect(theirs).toMatchObject({
      method: ours.method,
      target: new URL(ours.url).pathname,
      headers: { authorization: ours.headers['authorization'] },
      body: ours.body,
    });
  });
});

describe("Splunk's response", () => {
  it.each([
    [200, { text: 'Success', code: 0 }, 'success'],
    [200, { text: 'Success', code: 0, ackId: 7 }, 'success'],
    [200, { text: 'Server is busy', code: 9 }, 'failure'],
    [200, { text: 'HEC is healthy', code: 17 }, 'failure'],
    [200, '<html>Sign in</html>', 'failure'],
    [200, 'null', 'failure'],
    [200, '', 'failure'],
    [400, { text: 'Incorrect index', code: 7, 'invalid-event-number': 1 }, 'failure'],
    [401, { text: 'Invalid authorization', code: 3 }, 'failure'],
    [403, { text: 'Invalid token', code: 4 }, 'failure'],
    [500, { text: 'Internal server error', code: 8 }, 'failure'],
    [503, { text: 'Server is busy', code: 9 }, 'failure'],
  ])('%i %j is a %s, never a final one', (statusCode, body, kind) => {
    const result = classify(answered(statusCode, body), format, 0);
    expect(result.kind).toBe(kind);
    expect(result).not.toHaveProperty('final');
  });
});
