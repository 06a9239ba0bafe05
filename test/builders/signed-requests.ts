/** Requests as we sign them, and forged ones: what a receiver that checks a signature must accept, and what it must refuse. */
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import type { WebhookSecret } from '../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from './delivery.ts';
import { aFinding } from './finding.ts';
import { aWebhook } from './webhook.ts';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SignatureHeader = 'webhook-signature' | 'x-thalian-signature';

export const SECRET = formatGeneratedSecret(new Uint8Array(32).fill(0xfb));
export const PREVIOUS = formatGeneratedSecret(new Uint8Array(32).fill(7));
export const OWN_SECRET = "it's-my-own_secret$/+=";
/** Longer than a block of SHA-256, so that HMAC's key is its hash. */
const LONG_SECRET = 'a secret of 72 b'.repeat(5).slice(0, 72);
const MINUTE_MILLIS = 60_000;
const STRANGE_TEXT = 'Müller\u2028 "退職者" 🔑\t\u0000 $HOME `x` %s \\n';

/** The body of the format `json`, as the default webhook sends it. */
export function signed(secret: WebhookSecret | undefined, ageMinutes = 0): SignedRequest {
  return buildRequest({
    webhook: aWebhook(),
    secret,
    format: jsonFormat,
    finding: aFinding({ title: STRANGE_TEXT }),
    deliveryId: aDeliveryMessage().deliveryId,
    nowMillis: Date.now() - ageMinutes * MINUTE_MILLIS,
  });
}

export const genuine = (ageMinutes = 0) => signed({ signing: { current: SECRET } }, ageMinutes);
/** The first secret is the current one. */
const signedBy = (current: string, ...previous: readonly string[]) =>
  signed({ signing: { current, previous: previous.map((secret) => ({ secret, until: Date.now() + 3_600_000 })) } });
export const rotated = (next = SECRET) => signedBy(next, PREVIOUS);

export function withHeader(request: SignedRequest, name: string, change: (value: string) => string): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? '') } };
}

function without(request: SignedRequest, name: string): SignedRequest {
  const { [name]: _dropped, ...headers } = request.headers;
  return { ...request, headers };
}

export interface SignatureCase {
  readonly what: string;
  readonly request: () => SignedRequest;
  /** What the receiver is configured with. */
  readonly secret?: string;
}

/** Of the header that the snippet under test looks at. */
export function genuineCases(): readonly SignatureCase[] {
  return [
    { what: 'a request of this moment', request: genuine },
    { what: 'a request of four minutes ago', request: () => genuine(4) },
    { what: 'a request that two secrets sign, by the new one', request: rotated },
    { what: 'a request that two secrets sign, by the previous one', request: rotated, secret: PREVIOUS },
    {
      what: 'a request that three secrets sign, by the oldest',
      request: () => signedBy(OWN_SECRET, SECRET, PREVIOUS),
      secret: PREVIOUS,
    },
    {
      what: 'a request signed with a secret that has no whsec_',
      request: () => signed({ signing: { current: OWN_SECRET } }),
      secret: OWN_SECRET,
    },
    {
      what: 'a request signed with a long secret',
      request: () => signed({ signing: { current: LONG_SECRET } }),
      secret: LONG_SECRET,
    },
    {
      what: 'a request that a secret with and one without whsec_ sign',
      request: () => rotated(OWN_SECRET),
      secret: OWN_SECRET,
    },
  ];
}

export function forgedCases(signature: SignatureHeader): readonly SignatureCase[] {
  const isStandard = signature === 'webhook-signature';
  const refreshed = (request: SignedRequest) => {
    const now = String(Math.floor(Date.now() / 1000));
    return isStandard
      ? withHeader(request, 'webhook-timestamp', () => now)
      : withHeader(request, signature, (value) => value.replace(/^t=\d+/, `t=${now}`));
  };
  const timestamped = (timestamp: string) =>
    isStandard
      ? withHeader(genuine(), 'webhook-timestamp', () => timestamp)
      : withHeader(genuine(), signature, (value) => value.replace(/^t=\d+/, `t=${timestamp}`));
  return [
    { what: 'a changed body', request: () => ({ ...genuine(), body: genuine().body.replace('82', '12') }) },
    { what: 'a body with a space more', request: () => ({ ...genuine(), body: `${genuine().body} ` }) },
    { what: 'an empty body', request: () => ({ ...genuine(), body: '' }) },
    { what: 'another secret', request: genuine, secret: PREVIOUS },
    { what: 'two other secrets', request: rotated, secret: OWN_SECRET },
    { what: 'a request of six minutes ago', request: () => genuine(6) },
    { what: 'a request from six minutes ahead', request: () => genuine(-6) },
    { what: 'an old request with a fresh timestamp', request: () => refreshed(genuine(6)) },
    { what: 'a timestamp that is a word', request: () => timestamped('now') },
    { what: 'a timestamp beyond all numbers', request: () => timestamped('9'.repeat(400)) },
    { what: 'no signature', request: () => without(genuine(), signature) },
    { what: 'no secret at our side', request: () => signed(undefined) },
    { what: 'an empty signature', request: () => withHeader(genuine(), signature, () => '') },
    { what: 'a signature of no bytes', request: () => withHeader(genuine(), signature, emptied) },
    { what: 'half a signature', request: () => withHeader(genuine(), signature, (value) => value.slice(0, -22)) },
    { what: 'a signature of an unknown version', request: () => withHeader(genuine(), signature, versionTwo) },
    { what: 'a pattern in place of a signature', request: () => withHeader(genuine(), signature, () => 'v1,* v1=*') },
    ...(isStandard
      ? [
          { what: 'another id', request: () => withHeader(genuine(), 'webhook-id', () => 'dlv_other') },
          { what: 'no id', request: () => without(genuine(), 'webhook-id') },
          { what: 'no timestamp', request: () => without(genuine(), 'webhook-timestamp') },
        ]
      : []),
  ];
}

/** `v1,` or `t=…,v1=`. */
export function emptied(signature: string): string {
  return signature.replace(/(?<=v1[,=]).*$/, '');
}

function versionTwo(signature: string): string {
  return signature.replaceAll(/v1(?=[,=])/g, 'v2');
}
