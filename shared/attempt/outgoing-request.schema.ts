/** The request that a receiver gets: the format's body, our headers, the webhook's own headers, the signatures. */

import type { DigestInput, Format, ManifestInput, RenderedRequest } from '../destinations/format.ts';
import type { DigestContent } from '../finding/digest-content.ts';
import type { Finding } from '../finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle } from '../finding/lifecycle.ts';
import { MANIFEST_EVENT, type ManifestContent } from '../finding/manifest-content.ts';
import type { OutgoingRequest } from '../http/attempt-outcome.ts';
import { checkCustomHeader } from '../http/custom-headers.ts';
import { allSignatureHeaders } from '../http/signature.ts';
import type { DeliveryId } from '../runtime/ids.ts';
import { shownLifecycle } from '../webhook/payload-version.ts';
import type { Webhook, WebhookSecret } from '../webhook/webhook.ts';

/** As in package.json; receivers see it in the user agent. */
export const SERVICE_VERSION = '0.1.0';

export interface RequestInput {
  readonly webhook: Webhook;
  /** Undefined for a webhook without secret, credentials and headers. */
  readonly secret: WebhookSecret | undefined;
  readonly format: Format;
  readonly finding: Finding;
  /** Absent: its first detection. */
  readonly lifecycle?: Lifecycle;
  /** Of a digest: `finding` says nothing then. */
  readonly digest?: DigestContent;
  /** Of a manifest: likewise. */
  readonly manifest?: ManifestContent;
  readonly deliveryId: DeliveryId;
  /** When this attempt begins; the signatures hold for a few minutes around it. */
  readonly nowMillis: number;
}

export function buildRequest(input: RequestInput): RenderedRequest {
  const { secret, deliveryId, nowMillis } = input;
  return withOurHeaders(render(input), { secret, event: eventOf(input), messageId: deliveryId, nowMillis });
}

function render({
  webhook,
  secret,
  format,
  finding,
  lifecycle = FIRST_DETECTION,
  digest,
  manifest,
  deliveryId,
}: RequestInput): RenderedRequest {
  const common = { deliveryId, url: secret?.url ?? webhook.url, options: webhook.format.options };
  if (digest !== undefined) {
    return renderDigest(format, { ...common, digest });
  }
  if (manifest !== undefined) {
    return renderManifest(format, { ...common, manifest });
  }
  const credentials = secret?.credentials ?? {};
  return format.render({ ...common, finding, ...shownLifecycle(webhook, lifecycle), credentials });
}

function eventOf({ digest, manifest, lifecycle = FIRST_DETECTION }: RequestInput): string {
  if (manifest !== undefined) {
    return MANIFEST_EVENT;
  }
  return `finding.${digest === undefined ? lifecycle.event : 'digest'}`;
}

export interface MessageInput extends Pick<RequestInput, 'secret' | 'nowMillis'> {
  /** What happened, for the receiver. */
  readonly event: string;
  /** The webhook-id. */
  readonly messageId: string;
}

/** What is rendered, with the webhook's own headers, ours and the signatures. */
export function withOurHeaders<Rendered extends OutgoingRequest>(
  rendered: Rendered,
  { secret, event, messageId, nowMillis }: MessageInput,
): Rendered {
  const { headers, body } = rendered;
  const unixSeconds = Math.floor(nowMillis / 1000);
  return {
    ...rendered,
    headers: {
      ...headers,
      ...customHeaders(secret),
      'user-agent': `Thalian-Webhooks/${SERVICE_VERSION}`,
      'x-thalian-event': event,
      'webhook-id': messageId,
      'webhook-timestamp': String(unixSeconds),
      ...(secret && allSignatureHeaders(secret, messageId, unixSeconds, body)),
    },
  };
}

function renderDigest(format: Format, input: DigestInput): RenderedRequest {
  if (format.renderDigest === undefined) {
    throw new Error(`The format ${format.id} makes no digests`);
  }
  return format.renderDigest(input);
}

function renderManifest(format: Format, input: ManifestInput): RenderedRequest {
  if (format.renderManifest === undefined) {
    throw new Error(`The format ${format.id} knows no manifests`);
  }
  return format.renderManifest(input);
}

/** Every value in a secret that no response, log or row may show; in no order. */
export function secretValues(secret: WebhookSecret | undefined): readonly string[] {
  if (secret === undefined) {
    return [];
  }
  const { signing, signingKeys, headers, credentials, url, clientSecret } = secret;
  return [
    ...[signing, signingKeys].flatMap((rotated) => [
      rotated?.current,
      ...(rotated?.previous ?? []).map((previous) => previous.secret),
    ]),
    ...Object.values(headers ?? {}),
    ...Object.values(credentials ?? {}),
    url,
    clientSecret,
  ].filter((value) => value !== undefined);
}

/** Checked when they were configured; what slipped in by another way is left out rather than sent. */
function customHeaders(secret: WebhookSecret | undefined): Readonly<Record<string, string>> {
  const allowed = Object.entries(secret?.headers ?? {}).filter(
    ([name, value]) => checkCustomHeader(name, value) === undefined,
  );
  return Object.fromEntries(allowed.map(([name, value]) => [name.toLowerCase(), value]));
}
