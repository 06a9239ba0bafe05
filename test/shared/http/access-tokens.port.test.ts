import { describe, expect, it } from 'vitest';
import { createOauthAccessTokens } from '../../../shared/http/access-tokens.oauth.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aTokenRequest } from '../../builders/token-request.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { ScriptedWebhookClient } from '../../fakes/scripted-webhook-client.ts';

const tenantId = aTenantId();
const INVALID_CLIENT = '{"error":"invalid_client","error_description":"AADSTS7000215"}';

const implementations = {
  'in memory': (isRefusing: boolean) => {
    const clock = new ManualClock();
    const tokens = new MemoryAccessTokens(clock);
    if (isRefusing) {
      const response = { statusCode: 401, headers: {}, body: INVALID_CLIENT };
      tokens.refusal = { kind: 'refused', error: 'no-token', response, millis: 7 };
    }
    return { tokens, clock, timesAsked: () => tokens.asked.length };
  },
  'by OAuth': (isRefusing: boolean) => {
    const clock = new ManualClock();
    const issued = ['token-1', 'token-2'].map((token) => ({
      statusCode: 200,
      body: JSON.stringify({ access_token: token, expires_in: 3_600 }),
    }));
    const client = new ScriptedWebhookClient(...(isRefusing ? [{ statusCode: 401, body: INVALID_CLIENT }] : issued));
    return { tokens: createOauthAccessTokens(client, clock), clock, timesAsked: () => client.requests.length };
  },
};

describe.each(Object.entries(implementations))('access tokens %s', (_where, make) => {
  const minute = 60_000;

  it('are asked for once, then kept until five minutes before their end', async () => {
    const { tokens, clock, timesAsked } = make(false);
    const first = await tokens.obtain(tenantId, aTokenRequest(), 1_000);
    expect(first).toMatchObject({ kind: 'issued', value: 'token-1', isKept: false });
    clock.moveOn(55 * minute - 1);
    const kept = await tokens.obtain(tenantId, aTokenRequest(), 1_000);
    expect(kept).toEqual({ kind: 'issued', value: 'token-1', isKept: true, millis: 0 });
    expect(timesAsked()).toBe(1);
    clock.moveOn(1);
    const renewed = await tokens.obtain(tenantId, aTokenRequest(), 1_000);
    expect(renewed).toMatchObject({ value: 'token-2', isKept: false });
  });

  it('are asked for again once the destination does not take one', async () => {
    const { tokens } = make(false);
    await tokens.obtain(tenantId, aTokenRequest(), 1_000);
    tokens.forget(tenantId, aTokenRequest(), 'token-0');
    expect(await tokens.obtain(tenantId, aTokenRequest(), 1_000)).toMatchObject({ value: 'token-1' });
    tokens.forget(tenantId, aTokenRequest(), 'token-1');
    expect(await tokens.obtain(tenantId, aTokenRequest(), 1_000)).toMatchObject({ value: 'token-2' });
  });

  it.each([
    ['another tenant', aTenantId('globex'), aTokenRequest()],
    ['another secret', tenantId, aTokenRequest({ clientSecret: 'a guess' })],
    ['another client', tenantId, aTokenRequest({ clientId: 'client-of-globex' })],
    ['another issuer', tenantId, aTokenRequest({ tokenUrl: 'https://login.other.example/token' })],
    ['another scope', tenantId, aTokenRequest({ scope: 'other' })],
    ['another audience', tenantId, aTokenRequest({ audience: 'other' })],
    ['another way to say who asks', tenantId, aTokenRequest({ clientAuthentication: 'basic' })],
  ])('are not given to %s', async (_whom, otherTenantId, otherRequest) => {
    const { tokens } = make(false);
    await tokens.obtain(tenantId, aTokenRequest(), 1_000);
    expect(await tokens.obtain(otherTenantId, otherRequest, 1_000)).toMatchObject({ value: 'token-2', isKept: false });
  });

  it('may be refused, which is an outcome with the words of the issuer, and not kept', async () => {
    const { tokens, timesAsked } = make(true);
    const refused = { kind: 'refused', error: 'no-token', response: { statusCode: 401, body: INVALID_CLIENT } };
    expect(await tokens.obtain(tenantId, aTokenRequest(), 1_000)).toMatchObject(refused);
    expect(await tokens.obtain(tenantId, aTokenRequest(), 1_000)).toMatchObject(refused);
    expect(timesAsked()).toBe(2);
  });
});
