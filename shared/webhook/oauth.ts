/**
 * How a webhook gets its access tokens: the client credentials of OAuth 2.0 (RFC 6749, 4.4). The client's secret is kept
 * with the webhook's other secrets; how a token is asked for is known to `shared/http`.
 */

/** `basic`: id and secret in the header `Authorization`. `body`: as fields of the form. */
export const CLIENT_AUTHENTICATIONS = ['basic', 'body'] as const;

export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];

/** By the RFC every server takes it. */
export const DEFAULT_CLIENT_AUTHENTICATION: ClientAuthentication = 'basic';

export interface WebhookOauth {
  /** The client's secret is sent there. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scope?: string;
  /** Not of the RFC: some servers tell by it for whom the token is. */
  readonly audience?: string;
}
