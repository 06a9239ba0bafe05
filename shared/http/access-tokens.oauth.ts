/**
 * Access tokens from the issuers themselves, over the same guarded client that the receivers are reached by, and kept in
 * memory until shortly before their end. Nothing is stored: a new instance asks again.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../runtime/clock.port.ts';
import type { TenantId } from '../runtime/ids.ts';
import {
  type AccessToken,
  readAccessToken,
  type TokenRequest,
  tokenErrorCode,
  tokenIssueRequest,
  withoutTokens,
} from './access-token.ts';
import type { AccessTokens, TokenOutcome } from './access-tokens.port.ts';
import type { WebhookClient } from './webhook-client.port.ts';

/** Some kilobytes each; the number of tenants has no bound. */
const MAX_KEPT_TOKENS = 256;

export function createOauthAccessTokens(client: WebhookClient, clock: Clock): AccessTokens {
  /** The one given out longest ago first. */
  const kept = new Map<string, AccessToken>();
  const asking = new Map<string, Promise<TokenOutcome>>();

  const keep = (key: string, token: AccessToken) => {
    kept.delete(key);
    kept.set(key, token);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT_TOKENS && oldest !== undefined) {
      kept.delete(oldest);
    }
  };

  const ask = async (key: string, request: TokenRequest, deadlineMillis: number): Promise<TokenOutcome> => {
    const outcome = await client.send(tokenIssueRequest(request), deadlineMillis);
    const { millis } = outcome;
    if (outcome.kind === 'unanswered') {
      const { error, cause, code } = outcome;
      // Of a refusal no retry would make anything else; everything else is the issuer's to mend.
      if (error === 'url-refused' || error === 'address-refused') {
        return { kind: 'refused', error, cause: 'token-url-refused', millis };
      }
      return {
        kind: 'refused',
        error: 'no-token',
        millis,
        ...(cause !== undefined && { cause }),
        ...(code !== undefined && { code }),
      };
    }
    const token = readAccessToken(outcome.response, clock.now());
    if (typeof token === 'string') {
      const { response } = outcome;
      return {
        kind: 'refused',
        error: 'no-token',
        cause: token,
        code: token === 'token-type' ? 'token_type' : tokenErrorCode(response),
        response: withoutTokens(response),
        millis,
      };
    }
    keep(key, token);
    return { kind: 'issued', value: token.value, isKept: false, millis };
  };

  return {
    async obtain(tenantId, request, deadlineMillis) {
      const key = keyOf(tenantId, request);
      const token = kept.get(key);
      if (token !== undefined && clock.now() < token.renewAt) {
        keep(key, token);
        return { kind: 'issued', value: token.value, isKept: true, millis: 0 };
      }
      // The deliveries of one batch ask together.
      const asked = asking.get(key) ?? ask(key, request, deadlineMillis).finally(() => asking.delete(key));
      asking.set(key, asked);
      return asked;
    },
    forget(tenantId, request, value) {
      const key = keyOf(tenantId, request);
      if (kept.get(key)?.value === value) {
        kept.delete(key);
      }
    },
  };
}

/** The secret is part of it: who has a client id only must not get what another's secret was good for. */
function keyOf(tenantId: TenantId, request: TokenRequest): string {
  const { tokenUrl, clientId, clientSecret, scope, audience, clientAuthentication } = request;
  const parts = JSON.stringify([tenantId, tokenUrl, clientId, clientSecret, scope, audience, clientAuthentication]);
  return createHash('sha256').update(parts).digest('base64');
}
