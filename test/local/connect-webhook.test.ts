import { describe, expect, it } from 'vitest';
import { connectWebhook, type WebhookToConnect } from '../../local/connect-webhook.ts';
import { MemoryManifestSchedules } from '../fakes/memory-manifest-schedules.ts';
import { MemorySecretStore } from '../fakes/memory-secret-store.ts';
import { MemoryWebhookStore } from '../fakes/memory-webhook-store.ts';

const RULES = { allowedCidrs: [], ownHosts: [] };

function aWebhookToConnect(overrides: Partial<WebhookToConnect> = {}): WebhookToConnect {
  return {
    tenantId: 'acme',
    webhookId: 'wh_1',
    name: 'SIEM',
    url: 'https://siem.example/hook',
    signing: 'none',
    headers: {},
    ...overrides,
  };
}

function someStores() {
  return {
    webhooks: new MemoryWebhookStore(),
    secrets: new MemorySecretStore(),
    manifests: new MemoryManifestSchedules(),
  };
}

async function connect(overrides: Partial<WebhookToConnect> = {}, webhooks = new MemoryWebhookStore()) {
  const secrets = new MemorySecretStore();
  const manifests = new MemoryManifestSchedules();
  const connected = await connectWebhook({ webhooks, secrets, manifests }, RULES, aWebhookToConnect(overrides), 'jane');
  return { connected, webhooks, secrets, manifests };
}

describe('connecting a webhook', () => {
  it('leaves alerts off and keeps no secret unless it is told otherwise', async () => {
    const { connected, webhooks, secrets } = await connect();
    expect(connected).toMatchObject({ kind: 'connected', webhook: { alerts: { enabled: false }, updatedBy: 'jane' } });
    expect(connected).not.toHaveProperty('webhook.secret');
    expect(webhooks.webhooks.size).toBe(1);
    expect(secrets.versions.size).toBe(0);
  });

  it('turns alerts on with a threshold', async () => {
    const { connected } = await connect({ alerts: { enabled: true, minSeverity: 'low' } });
    expect(connected).toMatchObject({ webhook: { alerts: { enabled: true, minSeverity: 'low' } } });
  });

  it('sets a pace by the rules of the API', async () => {
    const { connected } = await connect({ pace: { perMinute: 30 } });
    expect(connected).toMatchObject({ webhook: { pace: { perMinute: 30 } } });
    const beyond = await connect({ pace: { perMinute: 6_001 } });
    expect(beyond.connected).toMatchObject({ kind: 'refused', because: expect.stringContaining('6000 a minute') });
  });

  it('sends what a template makes of a finding, and refuses one that is none with the place of the mistake', async () => {
    const formatOf = (body: string) => ({ format: { id: 'template', options: { body }, credentials: {} } });
    const { connected } = await connect(formatOf('{ "summary": "{{ title }}" }'));
    expect(connected).toMatchObject({ webhook: { format: { id: 'template', options: { body: expect.any(String) } } } });
    const wrong = await connect(formatOf('{ "summary": "{{ titel }}" }'));
    expect(wrong.connected).toMatchObject({ kind: 'refused', because: expect.stringContaining('titel') });
  });

  it('names the webhook that gets notices about it, if the tenant has it', async () => {
    const webhooks = new MemoryWebhookStore();
    await connect({ webhookId: 'wh_chat' }, webhooks);
    const { connected } = await connect({ webhookId: 'wh_siem', noticesTo: 'wh_chat' }, webhooks);
    expect(connected).toMatchObject({ webhook: { noticesTo: 'wh_chat' } });
    const unknown = await connect({ webhookId: 'wh_other', noticesTo: 'wh_none' }, webhooks);
    expect(unknown.connected).toMatchObject({ kind: 'refused', because: expect.stringContaining('no such webhook') });
  });

  it('keeps a generated secret and headers in the secret store and names their version', async () => {
    const { connected, secrets } = await connect({ signing: 'generate', headers: { Authorization: 'Bearer x' } });
    if (connected.kind !== 'connected' || connected.webhook.secret === undefined) {
      throw new Error('not connected with a secret');
    }
    expect(connected.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { arn, versionId } = connected.webhook.secret;
    expect(secrets.versions.get(arn)?.get(versionId)).toEqual({
      signing: { current: connected.signingSecret },
      headers: { Authorization: 'Bearer x' },
    });
  });

  it.each<[string, Partial<WebhookToConnect>, string]>([
    ['plain HTTP', { url: 'http://siem.example/' }, 'Webhook URLs must use HTTPS.'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'The destination address is not allowed.'],
    ['a URL that people paste by mistake', { url: 'https://hooks.slack.com/services/T0/B0/x' }, 'Choose'],
    [
      'a page of the destination',
      {
        url: 'https://splunk.example:8000/en-US/app/search/search',
        format: { id: 'splunk-hec', options: {}, credentials: { token: 'abc' } },
      },
      'This is Splunk Web.',
    ],
    ['a tenant id with a #', { tenantId: 'a#b' }, 'A tenant id has 1 to 64 letters, digits, underscores or hyphens.'],
    ['an empty name', { name: ' ' }, 'A name is needed.'],
    ['a short secret', { signing: { own: 'short' } }, 'A secret of your own has 16 to 256 printable ASCII'],
    ['a broken whsec_ secret', { signing: { own: 'whsec_not-base64-at-all' } }, 'What follows whsec_ in a secret'],
    ['a reserved header', { headers: { 'Webhook-Id': 'x' } }, 'headers.Webhook-Id: This header is set by the service'],
    [
      'a header with a line break',
      { headers: { 'X-A': 'a\nb' } },
      'headers.X-A: A header value has 1 to 2,048 visible',
    ],
    ['a header given twice', { headers: { 'X-A': '1', 'x-a': '2' } }, 'A header is given twice'],
    ['a header that would get lost', { headers: JSON.parse('{"__proto__":"x"}') }, 'No header can have this name.'],
  ])('refuses %s and stores nothing', async (_what, overrides, because) => {
    const { connected, webhooks, secrets } = await connect(overrides);
    expect(connected).toEqual({ kind: 'refused', because: expect.stringContaining(because) });
    expect(webhooks.webhooks.size + secrets.versions.size).toBe(0);
  });

  it.each([
    ['its host', 'https://siem.example:8443/hook', 'siem.example:8443'],
    ['as much of its host as a name may have', `https://${'long-label.'.repeat(20)}example/`, /^(long-label\.){9}…$/],
  ])('is named after the URL if it is given no name: %s', async (_what, url, expected) => {
    const { name: _name, ...unnamed } = aWebhookToConnect({ url });
    const stores = someStores();
    const connected = await connectWebhook(stores, RULES, unnamed, 'jane');
    expect(connected).toMatchObject({ kind: 'connected', webhook: { name: expect.stringMatching(expected) } });
  });

  it('tells of a bad URL, not of the name that would have come from it', async () => {
    const { name: _name, ...unnamed } = aWebhookToConnect({ url: `http://${'a'.repeat(300)}` });
    const stores = someStores();
    expect(await connectWebhook(stores, RULES, unnamed, 'jane')).toEqual({
      kind: 'refused',
      because: 'Webhook URLs must use HTTPS.',
    });
  });

  it('leaves a webhook that has the id alone, and no secret behind', async () => {
    const webhooks = new MemoryWebhookStore();
    await connect({}, webhooks);
    const { connected, secrets } = await connect({ name: 'Another', signing: 'generate' }, webhooks);
    expect(connected).toEqual({ kind: 'refused', because: 'Tenant acme already has a webhook wh_1.' });
    expect([...webhooks.webhooks.values()].map(({ name }) => name)).toEqual(['SIEM']);
    expect(secrets.versions.size).toBe(0);
  });
});
