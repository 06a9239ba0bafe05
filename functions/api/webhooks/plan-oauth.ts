/**
 * What becomes of a webhook's OAuth client. Its secret goes to the token URL and its tokens to the webhook's URL: it stays
 * in a change of neither origin, and is asked for in every other, so that no editor can have them sent elsewhere.
 */
import type { OauthRequest } from '../../../shared/api/oauth.schema.ts';
import { checkWebhookUrl, type WebhookUrlRules } from '../../../shared/http/webhook-url.ts';
import type { WebhookOauth } from '../../../shared/webhook/oauth.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import type { Checked, KnownFormat } from './check-settings.ts';

export interface OauthPlan {
  readonly settings: WebhookOauth | 'none';
  /** Absent: the client has none from now on. `kept`: the one that is stored. */
  readonly clientSecret?: { readonly kind: 'kept' } | { readonly kind: 'given'; readonly value: string };
}

export interface OauthChange {
  /** As it is stored; absent for a webhook that is connected. */
  readonly webhook?: Pick<Webhook, 'oauth'>;
  /** Whether the webhook's URL leads to another origin from now on. */
  readonly isElsewhere: boolean;
}

/** Undefined if nothing is asked for. */
export function planOauth(
  request: OauthRequest | null | undefined,
  { form }: KnownFormat,
  rules: WebhookUrlRules,
  { webhook, isElsewhere }: OauthChange,
): Checked<OauthPlan> | undefined {
  if (request === undefined) {
    return undefined;
  }
  if (request === null) {
    return { kind: 'accepted', value: { settings: 'none' } };
  }
  if (!form.takesAccessToken) {
    return refused('oauth', `${form.title} takes no access token of an OAuth client of yours.`);
  }
  const { tokenUrl, clientSecret, clientId, clientAuthentication, scope, audience } = request;
  const url = checkWebhookUrl(tokenUrl, rules);
  if (url.kind === 'refused') {
    return refused('oauth.tokenUrl', url.message.replace('Webhook URLs', 'Token URLs'));
  }
  const before = webhook?.oauth;
  const mayKeep = !isElsewhere && before !== undefined && new URL(before.tokenUrl).origin === url.origin;
  if (clientSecret === undefined && !mayKeep) {
    return refused('oauth.clientSecret', 'Give the client secret for this token URL and this destination.');
  }
  return {
    kind: 'accepted',
    value: {
      settings: {
        tokenUrl: url.url,
        clientId,
        clientAuthentication,
        ...(scope !== undefined && { scope }),
        ...(audience !== undefined && { audience }),
      },
      clientSecret: clientSecret === undefined ? { kind: 'kept' } : { kind: 'given', value: clientSecret },
    },
  };
}

/** The client's secret from now on; `plan` as it was asked for, `stored` the one that there is. */
export function clientSecretOf(plan: OauthPlan | undefined, stored: string | undefined): string | undefined {
  if (plan === undefined || plan.clientSecret?.kind === 'kept') {
    return stored;
  }
  return plan.clientSecret?.value;
}

/** Whether the webhook has an OAuth client from now on. */
export function hasOauth(plan: OauthPlan | undefined, webhook?: Pick<Webhook, 'oauth'>): boolean {
  return plan === undefined ? webhook?.oauth !== undefined : plan.settings !== 'none';
}

function refused(field: string, message: string): Checked<never> {
  return { kind: 'refused', errors: [{ field, message }] };
}
