/**
 * What the reader has changed of a connected webhook so far, and the request that comes of it. Secrets never come back from
 * the API: what is left empty stays as it is, except for another destination, which needs them again.
 */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { FieldError } from '../../shared/api/problems.schema.ts';
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { NEWEST_PAYLOAD_VERSION, PAYLOAD_VERSIONS, type PayloadVersion } from '../../shared/webhook/payload-version.ts';
import {
  checkFormatFields,
  checkHeaders,
  checkName,
  checkPace,
  checkPaceOfFormat,
  checkSecret,
  checkUrl,
  credentialsOf,
  type Draft,
  digestOf,
  eventsOf,
  headersOf,
  OF_THE_STAGE,
  paceOf,
} from './draft.ts';
import { checkOauth, keepsClientSecret, oauthDraft, oauthOf } from './oauth-draft.ts';
import { pullChange, pullChoice } from './pull-choice.ts';

export type HeadersChoice = 'keep' | 'replace' | 'remove';

export interface SettingsDraft extends Draft {
  readonly headersChoice: HeadersChoice;
  readonly payloadVersion: PayloadVersion;
}

/** A URL that is a credential is known by its origin only: the field begins empty, and empty means unchanged. */
export function settingsDraft(webhook: WebhookResponse, format: FormatResponse): SettingsDraft {
  return {
    name: webhook.name,
    url: format.urlIsCredential ? '' : webhook.url,
    // What it was connected without stays open: a default is for new webhooks.
    options: Object.fromEntries(format.options.map(({ name }) => [name, webhook.options[name] ?? ''])),
    credentials: Object.fromEntries(format.credentials.map(({ name }) => [name, ''])),
    signing: 'generate',
    ownSecret: '',
    headers: [],
    headersChoice: 'keep',
    noticesTo: webhook.noticesTo ?? '',
    pull: pullChoice(webhook),
    perMinute: webhook.pace === undefined ? '' : String(webhook.pace.perMinute),
    digestMinutes: webhook.digest === undefined ? '' : String(webhook.digest.minutes),
    firstSync: webhook.firstSync,
    events: webhook.events.filter((event) => event !== 'detected'),
    oauth: oauthDraft(webhook.oauth),
    challenge: webhook.challenge !== undefined,
    payloadVersion: PAYLOAD_VERSIONS.find((version) => version === webhook.payloadVersion) ?? NEWEST_PAYLOAD_VERSION,
  };
}

/** Whether the URL leads to another origin, so that nothing secret may go along unasked. */
export function isElsewhere({ url }: SettingsDraft, webhook: WebhookResponse): boolean {
  const requested = URL.parse(url.trim());
  return requested !== null && requested.origin !== new URL(webhook.url).origin;
}

export function needsNewSecret(draft: SettingsDraft, webhook: WebhookResponse): boolean {
  return isElsewhere(draft, webhook) && webhook.isSigned;
}

/** Whether the client secret that is stored stays if none is typed. */
export function keepsOauthSecret(draft: SettingsDraft, webhook: WebhookResponse): boolean {
  return !isElsewhere(draft, webhook) && keepsClientSecret(draft.oauth, webhook.oauth);
}

export function checkSettings(
  draft: SettingsDraft,
  webhook: WebhookResponse,
  format: FormatResponse,
): readonly FieldError[] {
  const request = changeOf(draft, webhook, format);
  const isMoving = isElsewhere(draft, webhook);
  const headersMissing = isMoving && webhook.ownHeaders > 0 && draft.headersChoice === 'keep';
  return [
    ...checkName(draft.name),
    ...(request.url === undefined ? [] : checkUrl(request.url)),
    ...checkFormatFields('options', format.options, draft.options),
    ...(request.credentials === undefined && !(isMoving && webhook.credentials.length > 0)
      ? []
      : checkFormatFields('credentials', credentialsOf(format, draft), draft.credentials)),
    ...(request.oauth === undefined ? [] : checkOauth(draft.oauth, keepsOauthSecret(draft, webhook), OF_THE_STAGE)),
    ...(needsNewSecret(draft, webhook) ? checkSecret(draft) : []),
    ...(draft.headersChoice === 'replace' ? checkHeaders(draft.headers) : []),
    ...(request.pace ? checkPace(request.pace) : []),
    ...(request.pace ? checkPaceOfFormat(draft, format) : []),
    ...(headersMissing
      ? [{ field: 'headers', message: 'Give the headers again, or remove them, for another destination.' }]
      : []),
  ];
}

/** Only what differs; empty if nothing does. */
export function changeOf(draft: SettingsDraft, webhook: WebhookResponse, format: FormatResponse): ChangeRequest {
  const before = settingsDraft(webhook, format);
  const credentials = filledIn(draft.credentials);
  return {
    ...(draft.name !== before.name && { name: draft.name }),
    ...(draft.url.trim() !== before.url && { url: draft.url.trim() }),
    ...(!isSame(draft.options, before.options) && { options: filledIn(draft.options) }),
    ...(Object.keys(credentials).length > 0 && { credentials }),
    ...(draft.headersChoice === 'replace' && { headers: { ...headersOf(draft) } }),
    ...(draft.headersChoice === 'remove' && { headers: null }),
    ...(needsNewSecret(draft, webhook) && { secret: secretRequest(draft) }),
    ...(draft.noticesTo !== before.noticesTo && { noticesTo: draft.noticesTo === '' ? null : draft.noticesTo }),
    ...pullChange(draft.pull, before.pull),
    ...(draft.perMinute.trim() !== before.perMinute && { pace: paceOf(draft).pace ?? null }),
    ...(draft.digestMinutes !== before.digestMinutes && { digest: digestOf(draft).digest ?? null }),
    ...(draft.firstSync !== before.firstSync && { firstSync: draft.firstSync }),
    ...(eventsOf(draft).join() !== eventsOf(before).join() && { events: eventsOf(draft) }),
    ...(draft.payloadVersion !== before.payloadVersion && { payloadVersion: draft.payloadVersion }),
    ...(draft.challenge !== before.challenge && { challenge: draft.challenge }),
    ...(isOauthAsked(draft, webhook) && { oauth: oauthOf(draft.oauth) ?? null }),
  };
}

/** Another destination needs the client again, or is to get no token. */
function isOauthAsked(draft: SettingsDraft, webhook: WebhookResponse): boolean {
  const isChanged = JSON.stringify(draft.oauth) !== JSON.stringify(oauthDraft(webhook.oauth));
  return isChanged || (webhook.oauth !== undefined && isElsewhere(draft, webhook));
}

function secretRequest({ signing, ownSecret }: SettingsDraft): NonNullable<ChangeRequest['secret']> | null {
  switch (signing) {
    case 'none':
      return null;
    case 'generate':
      return { generate: true };
    case 'own':
      return ownSecret;
  }
}

function filledIn(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.entries(a).every(([name, value]) => b[name] === value);
}
