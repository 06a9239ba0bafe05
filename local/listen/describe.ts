/** What the listener prints: a request with its headers and body, whether it is genuine, and what was responded. */
import { oneLine, tamed } from '../../shared/finding/finding-words.ts';
import { SIGNATURE_HEADERS } from '../receiver/check-signatures.ts';
import type { ForwardedResponse } from './forward-target.ts';
import type { RecordedRequest } from './request-record.ts';

/** Ours, and those of the connection. Any other may be a credential: admins add headers to sign in at their receiver. */
const SHOWN_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'user-agent',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'x-thalian-event',
  'x-thalian-signature',
]);

const MASK = '***';
const MAX_RESPONSE_CHARACTERS = 200;

export function describeArrival(request: RecordedRequest): string {
  const { number, receivedAt, method, target, headers, body } = request;
  const at = new Date(receivedAt).toISOString().slice(11, 19);
  return [
    `#${number}  ${at}  ${oneLine(method)} ${oneLine(target)}${repeatWords(request)}`,
    ...Object.entries(headers).map(
      ([name, value]) => `    ${oneLine(name)}: ${SHOWN_HEADERS.has(name) ? oneLine(value) : MASK}`,
    ),
    '',
    ...bodyWords(body).map((line) => `    ${line}`),
    '',
    ...SIGNATURE_HEADERS.map((name) => `    ${name} ${verdictWords(request.faults[name])}`),
  ].join('\n');
}

/** `to` is absent where the listener itself responds. */
export function describeResponse(number: number, response: ForwardedResponse, to?: URL): string {
  const from = to === undefined ? '' : `${to.host} responds `;
  if (response.kind === 'unanswered') {
    return `    #${number} → no response: ${response.why}`;
  }
  const text = oneLine(response.body.toString('utf8').slice(0, MAX_RESPONSE_CHARACTERS));
  const said = response.body.length === 0 ? '' : `: ${text}`;
  return `    #${number} → ${from}${response.statusCode} after ${response.millis} ms${said}`;
}

function repeatWords({ repeats }: RecordedRequest): string {
  if (repeats === undefined) {
    return '';
  }
  const body = repeats.isSameBody ? 'the same body' : 'ANOTHER BODY';
  return `  DUPLICATE of #${repeats.number}: the same webhook-id, ${body}`;
}

function verdictWords(fault: string | undefined): string {
  return fault === undefined ? 'verified' : `NOT VERIFIED: ${oneLine(fault)}`;
}

/** JSON with an indent; anything else as it came. */
function bodyWords(body: Buffer): readonly string[] {
  const text = body.toString('utf8');
  try {
    return tamed(JSON.stringify(JSON.parse(text), undefined, 2)).split('\n');
  } catch {
    return tamed(text === '' ? '(no body)' : text).split('\n');
  }
}
