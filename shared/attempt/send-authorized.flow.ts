/**
 * Sends a request that needs an access token. A token that was kept from before and is no longer taken is replaced once,
 * within the same attempt: the receiver refused that request before it did anything.
 */
import type { TokenRequest } from '../http/access-token.ts';
import type { AccessTokens } from '../http/access-tokens.port.ts';
import type { AttemptOutcome, OutgoingRequest } from '../http/attempt-outcome.ts';
import type { WebhookClient } from '../http/webhook-client.port.ts';
import type { Clock } from '../runtime/clock.port.ts';
import type { TenantId } from '../runtime/ids.ts';

export interface AuthorizedSending {
  readonly outcome: AttemptOutcome;
  /** The tokens that were sent: as secret as what they were issued for. */
  readonly tokens: readonly string[];
}

interface Sending {
  readonly tenantId: TenantId;
  readonly tokenRequest: TokenRequest;
  readonly request: OutgoingRequest;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
}

interface SendingDependencies {
  readonly client: WebhookClient;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
}

const UNAUTHORIZED = 401;

export async function sendAuthorized(deps: SendingDependencies, sending: Sending): Promise<AuthorizedSending> {
  const first = await sendWithToken(deps, sending);
  if (first.staleToken === undefined) {
    return first;
  }
  deps.tokens.forget(sending.tenantId, sending.tokenRequest, first.staleToken);
  const second = await sendWithToken(deps, sending);
  return {
    outcome: { ...second.outcome, millis: first.outcome.millis + second.outcome.millis },
    tokens: [...first.tokens, ...second.tokens],
  };
}

async function sendWithToken(
  { client, tokens, clock }: SendingDependencies,
  { tenantId, tokenRequest, request, deadlineAt }: Sending,
): Promise<AuthorizedSending & { readonly staleToken?: string }> {
  const token = await tokens.obtain(tenantId, tokenRequest, Math.max(0, deadlineAt - clock.now()));
  if (token.kind === 'refused') {
    const { error, cause, code, response, millis } = token;
    const outcome = {
      kind: 'unanswered',
      error,
      millis,
      phases: {},
      ...(cause !== undefined && { cause }),
      ...(code !== undefined && { code }),
      ...(response && { issuerResponse: response }),
    } as const;
    return { outcome, tokens: [] };
  }
  const { value, isKept } = token;
  const authorized = { ...request, headers: { ...request.headers, authorization: `Bearer ${value}` } };
  const outcome = await client.send(authorized, Math.max(0, deadlineAt - clock.now()));
  const isStale = isKept && outcome.kind === 'answered' && outcome.response.statusCode === UNAUTHORIZED;
  return {
    outcome: { ...outcome, millis: token.millis + outcome.millis },
    tokens: [value],
    ...(isStale && { staleToken: value }),
  };
}
