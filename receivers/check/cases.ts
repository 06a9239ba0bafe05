/**
 * What a receiver must handle: each case with the requests that are sent, what must come back, and why. The requests are made
 * and signed by the code that makes the service's own. What a receiver does with a request it has accepted is not seen here.
 */
import { randomBytes } from 'node:crypto';
import { CHALLENGE_EVENT, judgeChallenge, renderChallenge } from '../../shared/attempt/challenge.ts';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import type { Format } from '../../shared/destinations/format.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { canonicalFinding, type Finding } from '../../shared/finding/finding.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import { parseTenantId, parseWebhookId } from '../../shared/runtime/ids.ts';
import { connectWebhook } from '../../shared/webhook/webhook.ts';
import { changed, mapHeaders, refreshed, without } from './altered-request.ts';
import type { CheckRequest } from './send-request.ts';
import { aFinding, largestFinding, otherBytes, STRANGE_TEXTS, withUnknownFields } from './sent-findings.ts';

/** `survived`: the receiver may take or refuse the last request but one, and must accept the genuine one after it. */
export type Expectation = 'accepted' | 'refused' | 'survived';

export interface ReceiverCase {
  readonly name: string;
  readonly sends: string;
  readonly expects: Expectation;
  readonly why: string;
  /** What to do about it at the receiver. */
  readonly advice: string;
  /** In this order. */
  requests(): readonly CheckRequest[];
}

/** How far a receiver's clock may be away, as the receivers' page has it. */
const TOLERANCE_SECONDS = 300;

const WITHIN_SECONDS = TOLERANCE_SECONDS - 60;

const BEYOND_SECONDS = TOLERANCE_SECONDS * 2;

/** More than the service sends. */
export const OVERSIZED_BYTES = 512 * 1024;

export const CHALLENGE = 'challenge';

const CHALLENGE_VALUE = randomBytes(16).toString('hex');

export function hasChallengeValue(body: string): boolean {
  const answered = { statusCode: 200, headers: {}, body };
  return judgeChallenge({ formatId: 'json', value: CHALLENGE_VALUE, origin: '' }, answered) === 'verified';
}

const VERIFY_FIRST = 'Verify the raw body before anything else reads it.';

const USE_A_LIBRARY = 'Verify with a library of Standard Webhooks, or with the code of docs/receiving-webhooks.md.';

interface Sending {
  readonly finding?: Finding;
  /** In place of the finding's body. */
  readonly body?: string;
  /** The current one first; the receiver's own alone if absent. */
  readonly secrets?: readonly string[];
  readonly ageSeconds?: number;
}

/** `url` and `secret` are the receiver's. */
export function receiverCases(url: string, secret: string): readonly ReceiverCase[] {
  const other = () => formatGeneratedSecret(randomBytes(32));
  const request = ({ finding = aFinding(), body, secrets = [secret], ageSeconds = 0 }: Sending = {}): CheckRequest => {
    const nowMillis = Date.now() - ageSeconds * 1000;
    const [current = secret, ...earlier] = secrets;
    const previous = earlier.map((value) => ({ secret: value, until: Number.POSITIVE_INFINITY }));
    const format: Format = {
      ...jsonFormat,
      render: (input) => ({ ...jsonFormat.render(input), ...(body !== undefined && { body }) }),
    };
    const deliveryId = deliveryIdOf(TENANT, WEBHOOK, finding.detectedAt, canonicalFinding(finding));
    const { headers, body: sent } = buildRequest({
      webhook: connectWebhook(
        { tenantId: TENANT, webhookId: WEBHOOK, name: 'check', url, format: { id: 'json', options: {} } },
        { by: 'check', at: nowMillis },
      ),
      secret: { signing: { current, previous } },
      format,
      finding,
      deliveryId,
      nowMillis,
    });
    return { headers, body: sent };
  };
  const accepted = (
    name: string,
    sends: string,
    why: string,
    advice: string,
    requests: () => readonly CheckRequest[],
  ) => ({ name, sends, expects: 'accepted', why, advice, requests }) as const;
  const refused = (name: string, sends: string, why: string, advice: string, make: () => CheckRequest) =>
    ({ name, sends, expects: 'refused', why, advice, requests: () => [make()] }) as const;
  const survived = (name: string, sends: string, why: string, advice: string, make: () => CheckRequest) =>
    ({ name, sends, expects: 'survived', why, advice, requests: () => [make(), request()] }) as const;

  return [
    accepted(
      'genuine',
      'a finding, signed at this moment',
      'It is what the service sends.',
      'Check the URL, and that the receiver has this secret. Everything else was left out: it would say nothing.',
      () => [request()],
    ),
    accepted(
      CHALLENGE,
      'a challenge to its address, which an admin may ask for before alerts are turned on',
      'A receiver that cannot answer it can be used without one.',
      'Answer 2xx to events that you do not know; to this one with data.challenge as the body, as text or as {"challenge": "…"}.',
      () => {
        const challenge = { formatId: 'json', url, value: CHALLENGE_VALUE, origin: '', nowMillis: Date.now() };
        const sent = request({ body: renderChallenge(challenge).body });
        return [{ ...sent, headers: { ...sent.headers, 'x-thalian-event': CHALLENGE_EVENT } }];
      },
    ),
    accepted(
      'duplicate',
      'the same delivery twice: the same webhook-id and body, each with a timestamp and signatures of its own',
      'A response can get lost: the service then sends again what you have already taken.',
      'Answer 2xx to a webhook-id that you know, and skip it. Look that you have stored it once: this is not seen from outside.',
      () => {
        const finding = aFinding();
        return [request({ finding, ageSeconds: 1 }), request({ finding })];
      },
    ),
    accepted(
      'clock-behind',
      `a finding, signed ${WITHIN_SECONDS} s ago`,
      'Clocks differ, and a request takes its time.',
      `Take a timestamp up to ${TOLERANCE_SECONDS} s away from your clock.`,
      () => [request({ ageSeconds: WITHIN_SECONDS })],
    ),
    accepted(
      'clock-ahead',
      `a finding, signed ${WITHIN_SECONDS} s from now`,
      'Your clock may be slow.',
      `Take a timestamp up to ${TOLERANCE_SECONDS} s away from your clock, in either direction.`,
      () => [request({ ageSeconds: -WITHIN_SECONDS })],
    ),
    accepted(
      'rotated-new',
      'a finding with two signatures, yours first',
      'While a secret is replaced, the new and the previous one both sign.',
      'Split webhook-signature at blanks, and x-thalian-signature at commas: any entry that matches is enough.',
      () => [request({ secrets: [secret, other()] })],
    ),
    accepted(
      'rotated-previous',
      'a finding with three signatures, yours last',
      'Until your receiver has the new secret, its own stands behind newer ones.',
      'Try every entry of the header, not only the first: any that matches is enough.',
      () => [request({ secrets: [other(), other(), secret] })],
    ),
    accepted(
      'non-ascii',
      'a finding with texts in many scripts, quotes, line breaks and U+FFFD',
      'Titles and names are what people and programs have called things.',
      'Verify the bytes as they arrived. Decode them as UTF-8, and escape the texts where you show them.',
      () => [request({ finding: { ...aFinding(), ...STRANGE_TEXTS } })],
    ),
    accepted(
      'fewest-fields',
      'a finding with the required fields alone',
      'Every other field is optional.',
      'Take a field as absent where the table of fields says optional.',
      () => {
        const { id, title, detectedAt } = aFinding();
        return [request({ finding: trialFinding({ id, title, detectedAt }) })];
      },
    ),
    accepted(
      'unknown-fields',
      'a finding with fields and a header that no page names',
      'Fields and headers are added at any time.',
      'Ignore what you do not know.',
      () => {
        const { headers, body } = request({ body: JSON.stringify(withUnknownFields(aFinding())) });
        return [{ headers: { ...headers, 'x-thalian-more': 'later' }, body }];
      },
    ),
    accepted(
      'unknown-event',
      'an event of another type',
      'Other events may come later: what is refused is sent again, and at last counts as failed.',
      'Answer 2xx to an x-thalian-event that you do not know.',
      () => {
        const { headers, body } = request({ body: '{"type":"finding.resolved","data":{}}' });
        return [{ headers: { ...headers, 'x-thalian-event': 'finding.resolved' }, body }];
      },
    ),
    accepted(
      'raw-body',
      'a finding whose JSON has white space and escapes, signed as it is',
      'A signature is over bytes. JSON that was parsed and written again has other bytes, today or after an update.',
      VERIFY_FIRST,
      () => [request({ body: otherBytes(aFinding()) })],
    ),
    accepted(
      'largest',
      'a finding as large as the service sends any',
      'Bodies are smaller than 64 KB, and some come near to it.',
      'Let your receiver, and any proxy before it, take bodies of 64 KB.',
      () => [request({ finding: largestFinding() })],
    ),
    accepted(
      'slow',
      'a finding that arrives in pieces',
      'A body may come in any number of packets.',
      'Read the body to its end before you verify it.',
      () => [{ ...request(), pace: 'in-pieces' }],
    ),
    refused(
      'late',
      `a finding, signed ${BEYOND_SECONDS} s ago`,
      'A request that was recorded could be sent again for ever.',
      `Refuse a timestamp more than ${TOLERANCE_SECONDS} s away from your clock.`,
      () => request({ ageSeconds: BEYOND_SECONDS }),
    ),
    refused(
      'future',
      `a finding, signed ${BEYOND_SECONDS} s from now`,
      'A request with a far timestamp could be sent again until then.',
      `Refuse a timestamp more than ${TOLERANCE_SECONDS} s away from your clock, in either direction.`,
      () => request({ ageSeconds: -BEYOND_SECONDS }),
    ),
    refused(
      'late-refreshed',
      'an old finding with a new timestamp before its old signature',
      'A timestamp that is not signed can be replaced.',
      'Compute the signature over the timestamp of the same header as well.',
      () => refreshed(request({ ageSeconds: BEYOND_SECONDS })),
    ),
    refused(
      'tampered',
      'a finding whose severity was changed after it was signed',
      'A party in between could change what you act on.',
      USE_A_LIBRARY,
      () => changed(request(), (body) => body.replace('"score":82', '"score":12')),
    ),
    refused(
      'tampered-space',
      'a finding with one blank more than was signed',
      'A receiver that takes it verifies something else than the bytes that arrived.',
      VERIFY_FIRST,
      () => changed(request(), (body) => body.replace('":', '": ')),
    ),
    refused(
      'wrong-secret',
      'a finding that another secret signs',
      'Everyone can sign with a secret of their own.',
      USE_A_LIBRARY,
      () => request({ secrets: [other()] }),
    ),
    refused(
      'wrong-secrets',
      'a finding that two other secrets sign',
      'Of several signatures one must match.',
      USE_A_LIBRARY,
      () => request({ secrets: [other(), other()] }),
    ),
    refused(
      'unsigned',
      'a finding without a signature',
      'Every system that knows your URL could pretend to be Thalian.',
      'Refuse a request whose signature header is missing.',
      () => without(request(), /signature$/),
    ),
    refused(
      'no-headers',
      'a finding with none of the headers of webhooks',
      'Scanners find every URL.',
      'Refuse a request that lacks one of the headers that you verify, with 401.',
      () => without(request(), /^(?:webhook|x-thalian)-/),
    ),
    refused(
      'empty-signature',
      'a finding with signatures of no bytes',
      'A comparison of nothing with nothing can succeed.',
      'Compare the whole signature, and its length.',
      () =>
        mapHeaders(request(), (name, value) =>
          name.endsWith('signature') ? value.replace(/(v1[,=]).*/, '$1') : value,
        ),
    ),
    refused(
      'other-version',
      'a finding whose signatures are of another version',
      'Another version may mean another scheme, of which you know nothing.',
      'Skip entries of the header that do not begin with v1.',
      () =>
        mapHeaders(request(), (name, value) =>
          name.endsWith('signature') ? value.replaceAll(/v1(?=[,=])/g, 'v9') : value,
        ),
    ),
    refused(
      'no-json',
      'a text that is no JSON, with a wrong signature',
      'What is not verified may be anything: it must not reach a parser, nor end in an error of yours.',
      VERIFY_FIRST,
      () => request({ body: '{"half":', secrets: [other()] }),
    ),
    survived(
      'oversized',
      `a signed body of ${OVERSIZED_BYTES / 1024} KB, then a genuine finding`,
      'The service sends less than 64 KB; others may send you anything.',
      'Refuse with 413, or read it to its end; go on serving afterwards.',
      () => request({ body: JSON.stringify({ type: 'finding.detected', data: 'x'.repeat(OVERSIZED_BYTES) }) }),
    ),
    survived(
      'broken-off',
      'half a request, then a genuine finding',
      'Connections break.',
      'Take the error of the one request as the end of that request alone.',
      () => ({ ...request(), pace: 'broken-off' }),
    ),
  ];
}

const TENANT = must(parseTenantId('check'));

const WEBHOOK = must(parseWebhookId('wh_check'));

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('A constant of the check is no id.');
  }
  return value;
}
