/**
 * What the reader has filled in so far, what the API would say about it, and the request that comes of it. The rules are the
 * API's own; those that depend on its stage (which hosts are public) are left to it.
 */
import { fieldErrorsOf } from '../../shared/api/field-errors.schema.ts';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { FieldError } from '../../shared/api/problems.schema.ts';
import { connectRequestSchema, MAX_NAME_CHARACTERS, paceSchema } from '../../shared/api/webhook-requests.schema.ts';
import { checkFields } from '../../shared/destinations/field-check.ts';
import type { FormField } from '../../shared/destinations/form.ts';
import { FINDING_EVENTS, type FindingEventName } from '../../shared/finding/lifecycle.ts';
import { checkCustomHeader, HEADER_GIVEN_TWICE, HEADER_REFUSALS } from '../../shared/http/custom-headers.ts';
import { checkOwnSecret, SECRET_REFUSALS } from '../../shared/http/own-secret.ts';
import { checkWebhookUrl, type UrlRefusal } from '../../shared/http/webhook-url.ts';
import type { LaterEvent } from '../../shared/webhook/chosen-events.ts';
import { FIRST_SYNCS, type FirstSync } from '../../shared/webhook/digest-choice.ts';
import { paceRefusal } from '../../shared/webhook/pace-words.ts';
import type { ConnectRequest } from '../api/client.ts';
import { checkOauth, type OauthDraft, oauthDraft, oauthOf } from './oauth-draft.ts';
import { type PullChoice, pullOf } from './pull-choice.ts';

export type SigningChoice = 'none' | 'generate' | 'own';

export interface HeaderDraft {
  readonly name: string;
  readonly value: string;
}

export type FirstSyncChoice = FirstSync | 'all';

export function firstSyncChoiceOf(text: string | undefined): FirstSyncChoice {
  return FIRST_SYNCS.find((choice) => choice === text) ?? 'all';
}

export interface Draft {
  readonly name: string;
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly signing: SigningChoice;
  readonly ownSecret: string;
  readonly headers: readonly HeaderDraft[];
  /** Findings a minute, as typed; empty for none of its own. */
  readonly perMinute: string;
  /** Beside detections. */
  readonly events: readonly LaterEvent[];
  /** The window of its digests in minutes; empty for each finding at once. */
  readonly digestMinutes: string;
  readonly firstSync: FirstSyncChoice;
  /** Id of another webhook; empty for none. */
  readonly noticesTo: string;
  readonly oauth: OauthDraft;
  /** Whether the address must answer a challenge before alerts are turned on. */
  readonly challenge: boolean;
  readonly pull: PullChoice;
}

export function emptyDraft(format: FormatResponse): Draft {
  return {
    name: defaultName('', format),
    url: '',
    options: Object.fromEntries(format.options.map((field) => [field.name, firstValue(field)])),
    credentials: Object.fromEntries(format.credentials.map(({ name }) => [name, ''])),
    signing: isVerified(format) ? 'generate' : 'none',
    ownSecret: '',
    headers: [],
    perMinute: '',
    events: [],
    digestMinutes: '',
    firstSync: 'all',
    noticesTo: '',
    oauth: oauthDraft(),
    challenge: false,
    pull: 'off',
  };
}

/** A template is easier changed than begun. */
function firstValue({ kind, default: fallback, example }: FormatResponse['options'][number]): string {
  return fallback ?? (kind === 'template' ? (example ?? '') : '');
}

/** Of a vendor its name. Of systems of one's own there are many kinds alike: the host of the URL tells them apart. */
export function defaultName(url: string, { use, title }: Pick<FormatResponse, 'use' | 'title'>): string {
  const host = use === 'own' ? URL.parse(url.trim())?.hostname : undefined;
  return host === undefined || host === '' ? title : host.slice(0, MAX_NAME_CHARACTERS);
}

/** Where a secret URL or a token lets us in, the vendor knows no signature of ours. */
function isVerified({ urlIsCredential, credentials }: FormatResponse): boolean {
  return !urlIsCredential && credentials.length === 0;
}

/** Known to the stage alone: it may allow addresses of its own, and knows its own hosts. */
export const OF_THE_STAGE: readonly UrlRefusal[] = ['host-refused', 'address-refused'];

/** Fields are called as in the API's own refusals. Empty if the API will most likely accept it. */
export function checkDraft(draft: Draft, format: FormatResponse): readonly FieldError[] {
  const request = connectRequestSchema.safeParse(requestOf(draft, format));
  return [
    ...(request.success ? [] : fieldErrorsOf(request.error.issues)),
    ...checkUrl(draft.url),
    ...checkFormatFields('options', format.options, draft.options),
    ...checkFormatFields('credentials', credentialsOf(format, draft), draft.credentials),
    ...checkSecret(draft),
    ...checkHeaders(draft.headers),
    ...checkOauth(draft.oauth, false, OF_THE_STAGE),
    ...checkPaceOfFormat(draft, format),
  ];
}

/** With an access token none is needed. */
export function credentialsOf(
  { credentials }: FormatResponse,
  { oauth }: Pick<Draft, 'oauth'>,
): FormatResponse['credentials'] {
  return oauth.hasClient ? credentials.map((field) => ({ ...field, required: false })) : credentials;
}

export function requestOf(draft: Draft, format: FormatResponse): ConnectRequest {
  const oauth = oauthOf(draft.oauth);
  return {
    name: draft.name,
    url: draft.url.trim(),
    format: format.id,
    options: filledIn(draft.options),
    credentials: filledIn(draft.credentials),
    ...secretOf(draft),
    headers: headersOf(draft),
    ...paceOf(draft),
    ...(draft.events.length > 0 && { events: eventsOf(draft) }),
    ...digestOf(draft),
    ...(draft.firstSync !== 'all' && { firstSync: draft.firstSync }),
    ...(draft.noticesTo !== '' && { noticesTo: draft.noticesTo }),
    ...(oauth && { oauth }),
    ...(draft.challenge && { challenge: true }),
    ...pullOf(draft.pull),
  };
}

export function eventsOf({ events }: Pick<Draft, 'events'>): FindingEventName[] {
  return FINDING_EVENTS.filter((event) => event === 'detected' || events.includes(event));
}

export function digestOf({ digestMinutes }: Pick<Draft, 'digestMinutes'>): Pick<ConnectRequest, 'digest'> {
  return digestMinutes === '' ? {} : { digest: { minutes: Number(digestMinutes) } };
}

/** What is no number becomes NaN, which the request's schema refuses in its words. */
export function paceOf({ perMinute }: Pick<Draft, 'perMinute'>): Pick<ConnectRequest, 'pace'> {
  const typed = perMinute.trim();
  return typed === '' ? {} : { pace: { perMinute: Number(typed) } };
}

export function checkPace(pace: NonNullable<ConnectRequest['pace']>): readonly FieldError[] {
  const checked = paceSchema.safeParse(pace);
  return checked.success
    ? []
    : fieldErrorsOf(checked.error.issues).map(({ field, message }) => ({ field: `pace.${field}`, message }));
}

/** Shape and bounds are the request's; this is what the destination takes. */
export function checkPaceOfFormat(
  draft: Pick<Draft, 'perMinute'>,
  { title, pace: limit, mostPerMinute }: FormatResponse,
): readonly FieldError[] {
  const { pace } = paceOf(draft);
  const message = pace && limit && paceRefusal(pace, title, mostPerMinute);
  return message === undefined ? [] : [{ field: 'pace.perMinute', message }];
}

export function secretOf({ signing, ownSecret }: Pick<Draft, 'signing' | 'ownSecret'>): Pick<ConnectRequest, 'secret'> {
  switch (signing) {
    case 'none':
      return {};
    case 'generate':
      return { secret: { generate: true } };
    case 'own':
      return { secret: ownSecret };
  }
}

export function headersOf({ headers }: Pick<Draft, 'headers'>): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.filter(isBegun).map(({ name, value }) => [name, value]));
}

export function checkName(name: string): readonly FieldError[] {
  const checked = connectRequestSchema.shape.name.safeParse(name);
  return checked.success ? [] : checked.error.issues.map(({ message }) => ({ field: 'name', message }));
}

/** An empty URL is refused by the request's schema already. */
export function checkUrl(url: string): readonly FieldError[] {
  const trimmed = url.trim();
  const checked = trimmed === '' ? undefined : checkWebhookUrl(trimmed, { allowedCidrs: [], ownHosts: [] });
  return checked?.kind === 'refused' && !OF_THE_STAGE.includes(checked.reason)
    ? [{ field: 'url', message: checked.message }]
    : [];
}

export function checkFormatFields(
  part: 'options' | 'credentials',
  fields: FormatResponse['options'],
  given: Readonly<Record<string, string>>,
): readonly FieldError[] {
  const checked = checkFields(fields.map(toFormField), given);
  return checked.kind === 'accepted'
    ? []
    : checked.issues.map(({ field, message }) => ({ field: `${part}.${field}`, message }));
}

export function checkSecret({ signing, ownSecret }: Pick<Draft, 'signing' | 'ownSecret'>): readonly FieldError[] {
  const refusal = signing === 'own' ? checkOwnSecret(ownSecret) : undefined;
  return refusal === undefined ? [] : [{ field: 'secret', message: SECRET_REFUSALS[refusal] }];
}

export function checkHeaders(headers: readonly HeaderDraft[]): readonly FieldError[] {
  const begun = headers.filter(isBegun);
  const names = begun.map(({ name }) => name.toLowerCase());
  const refused = begun.flatMap(({ name, value }) => {
    const refusal = checkCustomHeader(name, value);
    return refusal === undefined ? [] : [{ field: `headers.${name}`, message: HEADER_REFUSALS[refusal] }];
  });
  const isTwice = new Set(names).size < names.length;
  return isTwice ? [...refused, { field: 'headers', message: HEADER_GIVEN_TWICE }] : refused;
}

function isBegun({ name, value }: HeaderDraft): boolean {
  return name !== '' || value !== '';
}

function filledIn(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** As the formats themselves have it, from what the API says about it. */
function toFormField(field: FormatResponse['options'][number]): FormField {
  const { kind, choices = [], pattern, patternMessage = '', default: fallback, example, ...basics } = field;
  const common = {
    ...basics,
    ...(fallback !== undefined && { default: fallback }),
    ...(example !== undefined && { example }),
  };
  return kind === 'choice'
    ? { ...common, kind, choices }
    : { ...common, kind, ...(pattern !== undefined && { pattern: { source: pattern, refusal: patternMessage } }) };
}
