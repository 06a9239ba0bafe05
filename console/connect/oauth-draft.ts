/** The OAuth client as the reader has filled it in so far, and the request that comes of it. */
import { fieldErrorsOf } from '../../shared/api/field-errors.schema.ts';
import { type OauthRequest, oauthRequestSchema } from '../../shared/api/oauth.schema.ts';
import type { FieldError } from '../../shared/api/problems.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { checkWebhookUrl, type UrlRefusal } from '../../shared/http/webhook-url.ts';
import { type ClientAuthentication, DEFAULT_CLIENT_AUTHENTICATION } from '../../shared/webhook/oauth.ts';

export interface OauthDraft {
  readonly hasClient: boolean;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scope: string;
  readonly audience: string;
}

/** The secret never comes back from the API. */
export function oauthDraft(stored?: WebhookResponse['oauth']): OauthDraft {
  return {
    hasClient: stored !== undefined,
    tokenUrl: stored?.tokenUrl ?? '',
    clientId: stored?.clientId ?? '',
    clientSecret: '',
    clientAuthentication: stored?.clientAuthentication ?? DEFAULT_CLIENT_AUTHENTICATION,
    scope: stored?.scope ?? '',
    audience: stored?.audience ?? '',
  };
}

export function oauthOf(draft: OauthDraft): OauthRequest | undefined {
  const { hasClient, clientSecret, scope, audience, tokenUrl, ...client } = draft;
  return hasClient
    ? {
        ...client,
        tokenUrl: tokenUrl.trim(),
        ...(clientSecret !== '' && { clientSecret }),
        ...(scope.trim() !== '' && { scope }),
        ...(audience.trim() !== '' && { audience }),
      }
    : undefined;
}

/** Whether the stored secret may stay: neither it nor a token would go to another origin. */
export function keepsClientSecret({ tokenUrl }: OauthDraft, stored: WebhookResponse['oauth']): boolean {
  return stored !== undefined && URL.parse(tokenUrl.trim())?.origin === new URL(stored.tokenUrl).origin;
}

/** Fields are called as in the API's own refusals. `ofStage` are refusals that the stage alone knows. */
export function checkOauth(
  draft: OauthDraft,
  keepsSecret: boolean,
  ofStage: readonly UrlRefusal[],
): readonly FieldError[] {
  const request = oauthOf(draft);
  if (request === undefined) {
    return [];
  }
  const shape = oauthRequestSchema.safeParse(request);
  const url = request.tokenUrl === '' ? undefined : checkWebhookUrl(request.tokenUrl, NO_STAGE);
  const shapeErrors = shape.success ? [] : fieldErrorsOf(shape.error.issues);
  return [
    ...shapeErrors.map(({ field, message }) => ({ field: `oauth.${field}`, message })),
    ...(url?.kind === 'refused' && !ofStage.includes(url.reason)
      ? [{ field: 'oauth.tokenUrl', message: url.message.replace('Webhook URLs', 'Token URLs') }]
      : []),
    ...(request.clientSecret === undefined && !keepsSecret
      ? [{ field: 'oauth.clientSecret', message: 'The client secret is needed.' }]
      : []),
  ];
}

const NO_STAGE = { allowedCidrs: [], ownHosts: [] };
