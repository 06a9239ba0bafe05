/**
 * OAuth 2.0 client credentials (RFC 6749, 4.4): what a token is asked for with, how it is asked for, and what the
 * issuer's answer is worth. Where tokens are kept is not known here.
 */

import type { OutgoingRequest, ReceiverResponse } from './attempt-outcome.ts';
import { parseResponseObject } from './response-json.ts';

export interface TokenRequest {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

export interface AccessToken {
  readonly value: string;
  /** From then on a new one is asked for, epoch milliseconds. */
  readonly renewAt: number;
}

/** Long enough before its end for the slowest attempt, a paused function and clocks that disagree. */
export const RENEW_BEFORE_SECONDS = 5 * 60;

/** Visible ASCII: it becomes a header, and a line break would begin another one. Servers take 8 to 16 KB of headers. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

export function tokenIssueRequest({ tokenUrl, clientId, clientSecret, scope }: TokenRequest): OutgoingRequest {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  return {
    method: 'POST',
    url: tokenUrl,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  };
}

/** Undefined if the response holds no token. One that says nothing of its end is good for this once. */
export function readAccessToken({ statusCode, body }: ReceiverResponse, nowMillis: number): AccessToken | undefined {
  const response = parseResponseObject(body);
  const value = response?.['access_token'];
  if (statusCode !== 200 || typeof value !== 'string' || !TOKEN.test(value)) {
    return undefined;
  }
  // A number by the RFC; issuers are known that send it as text.
  const lifeSeconds = Number(response?.['expires_in'] ?? 0);
  const keptSeconds = Number.isFinite(lifeSeconds) ? Math.max(0, lifeSeconds - RENEW_BEFORE_SECONDS) : 0;
  return { value, renewAt: nowMillis + keptSeconds * 1000 };
}
