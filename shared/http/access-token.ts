/**
 * OAuth 2.0 client credentials (RFC 6749, 4.4): what a token is asked for with, how it is asked for, and what the
 * issuer's answer is worth. Where tokens are kept is not known here.
 */

import type { OutgoingRequest, ReceiverResponse, TokenCause } from './attempt-outcome.ts';
import { basicAuthorization } from './basic-authorization.ts';
import { parseResponseObject } from './response-json.ts';
import { webPageCause } from './web-page.ts';

export interface TokenRequest {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  readonly audience?: string;
  /** Absent: `body`. */
  readonly clientAuthentication?: 'basic' | 'body';
}

export interface AccessToken {
  readonly value: string;
  /** From then on a new one is asked for, epoch milliseconds. */
  readonly renewAt: number;
}

/**
 * Long enough before its end for the slowest attempt, a paused function and clocks that disagree. A token of a short life is
 * kept for half of it: many servers issue tokens of five minutes, some of one.
 */
export const RENEW_BEFORE_SECONDS = 5 * 60;
const KEPT_PART_OF_LIFE = 0.5;

/** Visible ASCII: it becomes a header, and a line break would begin another one. Servers take 8 to 16 KB of headers. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

export function tokenIssueRequest(request: TokenRequest): OutgoingRequest {
  const { tokenUrl, clientId, clientSecret, scope, audience, clientAuthentication } = request;
  const isBasic = clientAuthentication === 'basic';
  const form = {
    grant_type: 'client_credentials',
    ...(!isBasic && { client_id: clientId, client_secret: clientSecret }),
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
  };
  return {
    method: 'POST',
    url: tokenUrl,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(isBasic && { authorization: basicAuthorization(formEncoded(clientId), formEncoded(clientSecret)) }),
    },
    body: new URLSearchParams(form).toString(),
  };
}

/** RFC 6749, 2.3.1: id and secret are encoded as in a form before they become a name and a password. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** By the RFC it is 200; issuers are known that create a token with 201. */
function isSuccessful(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/**
 * Why there is no token, if there is none. A client must not use one whose type it does not know (RFC 6749, 7.1), and we know
 * `Bearer` alone, in any case. A server that leaves the type out, which it must not, means that. A token that says nothing of its
 * end is good for this once.
 */
export function readAccessToken(
  { statusCode, body }: ReceiverResponse,
  nowMillis: number,
): AccessToken | Extract<TokenCause, 'token-refused' | 'token-type'> {
  const response = parseResponseObject(body);
  const value = response?.['access_token'];
  if (!isSuccessful(statusCode) || typeof value !== 'string' || !TOKEN.test(value)) {
    return 'token-refused';
  }
  const type = response?.['token_type'] ?? 'Bearer';
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    return 'token-type';
  }
  // A number by the RFC; issuers are known that send it as text.
  const lifeSeconds = Number(response?.['expires_in'] ?? 0);
  const keptSeconds = Math.max(lifeSeconds - RENEW_BEFORE_SECONDS, lifeSeconds * KEPT_PART_OF_LIFE, 0);
  return { value, renewAt: nowMillis + (Number.isFinite(keptSeconds) ? keptSeconds * 1000 : 0) };
}

/** RFC 6749, 5.2, and those of RFC 8707 and of servers that know audiences. */
const ERROR_CODES: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
];

/** Why the issuer gave no token: the code that it names, if the standards know it, else the status. */
export function tokenErrorCode({ statusCode, body }: ReceiverResponse): string {
  const error = parseResponseObject(body)?.['error'];
  return ERROR_CODES.find((code) => code === error) ?? `HTTP ${statusCode}`;
}

/** A response that may hold a token which cannot be used: it is as secret as one that can. */
const MAY_HOLD_TOKEN = /(access|refresh|id)_?token/i;

/**
 * What may be shown of a response without a usable token. A success may be one by another name or as plain text, unless it is
 * an error for programs or a page for people.
 */
export function withoutTokens(response: ReceiverResponse): ReceiverResponse {
  const { statusCode, body } = response;
  const isExplained =
    !isSuccessful(statusCode) ||
    typeof parseResponseObject(body)?.['error'] === 'string' ||
    webPageCause(response) !== undefined;
  return isExplained && !MAY_HOLD_TOKEN.test(body) ? response : { ...response, body: '' };
}
