/** Connects a webhook as the API will: rules first, then the secret, then the webhook that names the secret's version. */
import { randomBytes } from 'node:crypto';
import { parseTenantId, parseWebhookId, type TenantId, type WebhookId } from '../shared/domain/ids.ts';
import { checkOwnHeader } from '../shared/domain/own-headers.ts';
import { checkOwnSecret, formatGeneratedSecret } from '../shared/domain/signature.ts';
import {
  type AlertRule,
  changeAlerts,
  connectWebhook,
  type Webhook,
  type WebhookSecret,
} from '../shared/domain/webhook.ts';
import { checkWebhookUrl, type WebhookUrlRules } from '../shared/domain/webhook-url.ts';
import type { SecretStore } from '../shared/ports/secret-store.ts';
import type { WebhookStore } from '../shared/ports/webhook-store.ts';

export interface WebhookStores {
  readonly webhooks: WebhookStore;
  readonly secrets: SecretStore;
}

export interface WebhookWish {
  readonly tenantId: string;
  /** A fresh one if absent. */
  readonly webhookId?: string;
  readonly name: string;
  readonly url: string;
  readonly signing: 'none' | 'generate' | { readonly own: string };
  readonly headers: Readonly<Record<string, string>>;
  /** Off, as for every fresh webhook, if absent. */
  readonly alerts?: AlertRule;
}

export type Connected =
  | { readonly kind: 'connected'; readonly webhook: Webhook; readonly signingSecret?: string }
  | { readonly kind: 'refused'; readonly because: string };

const MAX_NAME_CHARACTERS = 100;

export async function connectWished(
  { webhooks, secrets }: WebhookStores,
  rules: WebhookUrlRules,
  wish: WebhookWish,
  by: string,
): Promise<Connected> {
  const checked = check(wish, rules);
  if (checked.kind === 'refused') {
    return checked;
  }
  const { tenantId, webhookId, url } = checked;
  const signingSecret = signingSecretOf(wish);
  const value: WebhookSecret = {
    ...(signingSecret !== undefined && { signing: { current: signingSecret } }),
    ...(Object.keys(wish.headers).length > 0 && { headers: wish.headers }),
  };
  const needsSecret = Object.keys(value).length > 0;
  const reference = needsSecret ? await secrets.create(tenantId, webhookId, value) : undefined;
  const change = { by, at: Date.now() };
  const fresh = connectWebhook(
    {
      tenantId,
      webhookId,
      name: wish.name,
      url,
      format: { id: 'json', options: {} },
      ...(reference && { secret: reference }),
    },
    change,
  );
  const webhook = wish.alerts === undefined ? fresh : changeAlerts(fresh, wish.alerts, change);
  if ((await webhooks.add(tenantId, webhook)) === 'conflict') {
    if (reference !== undefined) {
      await secrets.remove(tenantId, reference.arn);
    }
    return refuse(`Tenant ${tenantId} already has a webhook ${webhookId}.`);
  }
  return { kind: 'connected', webhook, ...(signingSecret !== undefined && { signingSecret }) };
}

type Checked =
  | { readonly kind: 'fit'; readonly tenantId: TenantId; readonly webhookId: WebhookId; readonly url: string }
  | { readonly kind: 'refused'; readonly because: string };

function check(wish: WebhookWish, rules: WebhookUrlRules): Checked {
  const tenantId = parseTenantId(wish.tenantId);
  if (tenantId === undefined) {
    return refuse('A tenant id has 1 to 64 letters, digits, underscores or hyphens.');
  }
  const webhookId = parseWebhookId(wish.webhookId ?? `wh_${randomBytes(10).toString('hex')}`);
  if (webhookId === undefined) {
    return refuse('A webhook id has 1 to 64 letters, digits, underscores or hyphens.');
  }
  const nameCharacters = [...wish.name.trim()].length;
  if (nameCharacters === 0 || nameCharacters > MAX_NAME_CHARACTERS) {
    return refuse(`A webhook's name has 1 to ${MAX_NAME_CHARACTERS} characters.`);
  }
  const url = checkWebhookUrl(wish.url, rules);
  if (url.kind === 'refused') {
    return refuse(url.message);
  }
  const because = refusedSecret(wish) ?? refusedHeader(wish);
  return because === undefined ? { kind: 'fit', tenantId, webhookId, url: url.url } : refuse(because);
}

function refusedSecret({ signing }: WebhookWish): string | undefined {
  switch (typeof signing === 'object' ? checkOwnSecret(signing.own) : undefined) {
    case undefined:
      return undefined;
    case 'length-or-alphabet':
      return 'A secret of your own has 16 to 256 printable ASCII characters without spaces.';
    case 'not-base64':
      return 'What follows whsec_ in a secret must be standard base64 with padding.';
  }
}

function refusedHeader({ headers }: WebhookWish): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    const refusal = checkOwnHeader(name, value);
    if (refusal !== undefined) {
      return `The header ${name} cannot be used: ${refusal.replace('-', ' ')}.`;
    }
  }
  return undefined;
}

function signingSecretOf({ signing }: WebhookWish): string | undefined {
  switch (signing) {
    case 'none':
      return undefined;
    case 'generate':
      return formatGeneratedSecret(randomBytes(32));
    default:
      return signing.own;
  }
}

function refuse(because: string) {
  return { kind: 'refused', because } as const;
}
