/** What the contract suite of the port does not see: the issuer's side, on a real socket, and what happens at once. */
import { createServer } from 'node:https';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listenOnLoopback } from '../../../local/aws/loopback-server.ts';
import { createOauthAccessTokens } from '../../../shared/http/access-tokens.oauth.ts';
import { parseCidrList } from '../../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../../shared/http/webhook-client.https.ts';
import { aCertificateFor } from '../../builders/certificate.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aTokenRequest } from '../../builders/token-request.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';

const tenantId = aTenantId();

async function anIssuer() {
  const certificate = await aCertificateFor('127.0.0.1');
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate('RS256');
  const server = createServer({ ...certificate }, new OAuth2Service(issuer).requestHandler);
  const url = `https://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  issuer.url = url;
  onTestFinished(() => closeServer(server));
  return { url, certificate };
}

function aClient(allowedCidrs: string, extraCa = '') {
  const client = createHttpsWebhookClient({ allowedCidrs: parseCidrList(allowedCidrs), ownHosts: [], extraCa });
  onTestFinished(client.close);
  return client;
}

describe('an issuer', () => {
  it('that knows OAuth understands the request', async () => {
    const { url, certificate } = await anIssuer();
    const tokens = createOauthAccessTokens(aClient('127.0.0.0/8', certificate.cert), new ManualClock());
    const issued = await tokens.obtain(tenantId, aTokenRequest({ tokenUrl: `${url}/token` }), 5_000);
    expect(issued).toMatchObject({ kind: 'issued', value: expect.stringMatching(/^eyJ/) });
  });

  it('behind an address that must not be reached is refused for good', async () => {
    const { url } = await anIssuer();
    const tokens = createOauthAccessTokens(aClient(''), new ManualClock());
    const refused = await tokens.obtain(tenantId, aTokenRequest({ tokenUrl: `${url}/token` }), 5_000);
    expect(refused).toMatchObject({ kind: 'refused', error: 'address-refused' });
  });

  it.each(['dns-failed', 'connect-failed', 'tls-failed', 'connection-reset', 'timeout'] as const)(
    'that does not answer (%s) gives no token',
    async (error) => {
      const tokens = createOauthAccessTokens(new ScriptedWebhookClient(error), new ManualClock());
      const refused = await tokens.obtain(tenantId, aTokenRequest(), 5_000);
      expect(refused).toEqual({ kind: 'refused', error: 'no-token', millis: 7 });
    },
  );

  it('that does not answer says why', async () => {
    const why = { cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' } as const;
    const tokens = createOauthAccessTokens(
      new ScriptedWebhookClient({ error: 'tls-failed', ...why }),
      new ManualClock(),
    );
    const refused = await tokens.obtain(tenantId, aTokenRequest(), 5_000);
    expect(refused).toEqual({ kind: 'refused', error: 'no-token', millis: 7, ...why });
  });

  it('is asked once by the deliveries of one batch, and again after a failure', async () => {
    const client = new ScriptedWebhookClient(503, { statusCode: 200, body: '{"access_token":"t","expires_in":3600}' });
    const tokens = createOauthAccessTokens(client, new ManualClock());
    const ask = () => tokens.obtain(tenantId, aTokenRequest(), 5_000);
    expect((await Promise.all([ask(), ask(), ask()])).map(({ kind }) => kind)).toEqual(Array(3).fill('refused'));
    expect((await Promise.all([ask(), ask(), ask()])).map(({ kind }) => kind)).toEqual(Array(3).fill('issued'));
    expect(client.requests.length).toBe(2);
  });

  it('is asked again for the token that was used longest ago, once there are too many', async () => {
    const client = new ScriptedWebhookClient({ statusCode: 200, body: '{"access_token":"t","expires_in":3600}' });
    const tokens = createOauthAccessTokens(client, new ManualClock());
    const ask = (index: number) => tokens.obtain(aTenantId(`tenant-${index}`), aTokenRequest(), 5_000);
    for (let index = 0; index < 256; index += 1) {
      await ask(index);
    }
    await ask(0);
    await ask(256);
    expect(await ask(0)).toMatchObject({ isKept: true });
    expect(await ask(1)).toMatchObject({ isKept: false });
  });
});
