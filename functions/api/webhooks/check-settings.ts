/** Whether a destination, its options, headers and secrets are acceptable, with the words for the person who typed them. */

import type { FieldError } from '../../../shared/api/problems.schema.ts';
import type { SigningRequest } from '../../../shared/api/signing-requests.schema.ts';
import { type ChangeRequest, MAX_CUSTOM_HEADERS } from '../../../shared/api/webhook-requests.schema.ts';
import { checkFields } from '../../../shared/destinations/field-check.ts';
import { type DestinationForm, type FormField, urlRefusal } from '../../../shared/destinations/form.ts';
import { type Format, mostPerMinute } from '../../../shared/destinations/format.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { findForm } from '../../../shared/destinations/forms.form.ts';
import type { FindingEventName } from '../../../shared/finding/lifecycle.ts';
import { checkCustomHeader, HEADER_GIVEN_TWICE, HEADER_REFUSALS } from '../../../shared/http/custom-headers.ts';
import { checkOwnSecret, SECRET_REFUSALS } from '../../../shared/http/own-secret.ts';
import { formatGeneratedSecret } from '../../../shared/http/signature.ts';
import { type AcceptedUrl, checkWebhookUrl, type WebhookUrlRules } from '../../../shared/http/webhook-url.ts';
import type { WebhookId } from '../../../shared/runtime/ids.ts';
import type { LaterEvent } from '../../../shared/webhook/chosen-events.ts';
import type { ChosenPace } from '../../../shared/webhook/pace.ts';
import { paceRefusal } from '../../../shared/webhook/pace-words.ts';
import { FIRST_PAYLOAD_VERSION } from '../../../shared/webhook/payload-version.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';

/** A format as `send` knows it and as people fill it in. */
export interface KnownFormat {
  readonly format: Format;
  readonly form: DestinationForm;
}

export type Fields = Readonly<Record<string, string>>;

export type Checked<Value> =
  | { readonly kind: 'accepted'; readonly value: Value }
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

export function knownFormat(id: string): KnownFormat | undefined {
  const format = findFormat(id);
  const form = findForm(id);
  return format && form && { format, form };
}

/**
 * HTTPS, a public host, and nothing that people paste for the destination by mistake; what the name resolves to is checked
 * at every send. `connected` is the webhook's URL so far: what was accepted when it was connected stays.
 */
export function checkUrl(
  url: string,
  { form }: KnownFormat,
  rules: WebhookUrlRules,
  connected?: string,
): Checked<AcceptedUrl> {
  const checked = checkWebhookUrl(url, rules);
  if (checked.kind === 'refused') {
    return refused('url', checked.message);
  }
  const objection = checked.url === connected ? undefined : urlRefusal(form, new URL(checked.url));
  return objection === undefined ? { kind: 'accepted', value: checked } : refused('url', objection);
}

export function checkFormatFields(
  part: 'options' | 'credentials',
  fields: readonly FormField[],
  given: Fields,
): Checked<Fields> {
  const checked = checkFields(fields, given);
  return checked.kind === 'accepted'
    ? { kind: 'accepted', value: checked.values }
    : {
        kind: 'refused',
        errors: checked.issues.map(({ field, message }) => ({ field: `${part}.${field}`, message })),
      };
}

/** `hasOauth`: whether the webhook sends access tokens. */
export function checkHeaders(headers: Fields, hasOauth: boolean): Checked<Fields> {
  const names = Object.keys(headers);
  const errors: FieldError[] = Object.entries(headers).flatMap(([name, value]) => {
    const refusal = checkCustomHeader(name, value);
    return refusal === undefined ? [] : [{ field: `headers.${name}`, message: HEADER_REFUSALS[refusal] }];
  });
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    errors.push({ field: 'headers', message: HEADER_GIVEN_TWICE });
  }
  if (names.length > MAX_CUSTOM_HEADERS) {
    errors.push({ field: 'headers', message: `At most ${MAX_CUSTOM_HEADERS} headers.` });
  }
  errors.push(...checkAuthorization(headers, hasOauth));
  return errors.length === 0 ? { kind: 'accepted', value: headers } : { kind: 'refused', errors };
}

/** An access token goes into the same header. */
export function checkAuthorization(headers: Fields, hasOauth: boolean): readonly FieldError[] {
  const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return isGiven && hasOauth
    ? [{ field: 'headers', message: 'Leave out the header Authorization: the access token takes its place.' }]
    : [];
}

/** A vendor's own limit is also the bound of a tenant's choice: what exceeds it would be refused there. */
export function checkPace<Pace extends ChosenPace | null>(pace: Pace, { format, form }: KnownFormat): Checked<Pace> {
  const refusal = pace === null ? undefined : paceRefusal(pace, form.title, mostPerMinute(format));
  return refusal === undefined ? { kind: 'accepted', value: pace } : refused('pace.perMinute', refusal);
}

/** `null` is the way back to one message for each finding. */
export function checkDigest(
  { digest, firstSync }: Pick<ChangeRequest, 'digest' | 'firstSync'>,
  { format, form }: KnownFormat,
): Checked<undefined> {
  if (format.renderDigest !== undefined) {
    return { kind: 'accepted', value: undefined };
  }
  const field = digest ? 'digest' : firstSync === 'digest' ? 'firstSync' : undefined;
  return field === undefined
    ? { kind: 'accepted', value: undefined }
    : refused(field, `${form.title} takes one finding at a time: there are digests for destinations of chat alone.`);
}

/** `null` is the way back to a webhook that lists nothing. */
export function checkPull(pull: ChangeRequest['pull'], { format, form }: KnownFormat): Checked<undefined> {
  if (!pull?.manifests) {
    return { kind: 'accepted', value: undefined };
  }
  if (format.renderManifest === undefined) {
    const message = `${form.title} takes findings alone: there are manifests for Webhook (JSON) and CloudEvents, whose receivers are programs of your own.`;
    return refused('pull.manifests', message);
  }
  return pull.only
    ? refused('pull.manifests', 'With `only` nothing is sent: the receiver asks for manifests (GET …/events/manifest).')
    : { kind: 'accepted', value: undefined };
}

/** The secret to sign with from now on. */
export function checkSigning(request: SigningRequest, randomBytes: (count: number) => Uint8Array): Checked<string> {
  if (typeof request !== 'string') {
    return { kind: 'accepted', value: formatGeneratedSecret(randomBytes(32)) };
  }
  const refusal = checkOwnSecret(request);
  return refusal === undefined ? { kind: 'accepted', value: request } : refused('secret', SECRET_REFUSALS[refusal]);
}

/** `webhooks` are those of the tenant: an id of another tenant is as unknown as one that was never given. */
export function checkNoticesTo(requested: string, webhooks: readonly Webhook[], ownId?: WebhookId): Checked<WebhookId> {
  const target = webhooks.find(({ webhookId }) => webhookId === requested)?.webhookId;
  if (target === undefined) {
    return refused('noticesTo', 'There is no such webhook.');
  }
  return target === ownId
    ? refused('noticesTo', 'A webhook that fails cannot report on itself: choose another.')
    : { kind: 'accepted', value: target };
}

/** Of a vendor's address there is nothing to find out: only a receiver of one's own knows a challenge. */
export function checkChallenge(
  requested: boolean | undefined,
  { form }: Pick<KnownFormat, 'form'>,
): Checked<boolean> | undefined {
  if (requested === undefined) {
    return undefined;
  }
  return requested && !form.takesChallenge
    ? refused('challenge', `${form.title} knows no challenge.`)
    : { kind: 'accepted', value: requested };
}

export function errorsOf(...checks: readonly (Checked<unknown> | undefined)[]): readonly FieldError[] {
  return checks.flatMap((checked) => (checked?.kind === 'refused' ? checked.errors : []));
}

/** A payload of version 1 could not say which event it is. */
export function checkEvents(
  events: readonly FindingEventName[] | undefined,
  payloadVersion: number,
): Checked<readonly LaterEvent[] | undefined> {
  const later = events?.filter((event) => event !== 'detected');
  return later !== undefined && later.length > 0 && payloadVersion === FIRST_PAYLOAD_VERSION
    ? refused('events', 'Payload version 1 has detections alone. Choose a newer payload version, too.')
    : { kind: 'accepted', value: later };
}

function refused(field: string, message: string): Checked<never> {
  return { kind: 'refused', errors: [{ field, message }] };
}
