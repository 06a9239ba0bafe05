/** What `npm start` prints of a running system: a line when a request arrives, a line when the sender decides. */
import { oneLine } from '../shared/finding/finding-words.ts';
import type { StoredMail } from './aws/ses-stand-in.ts';
import type { SignatureCheck } from './receiver/check-signatures.ts';
import type { ReceivedRequest } from './receiver/demo-receiver.ts';

const MAX_TITLE_CHARACTERS = 60;

const SIGNATURE_WORDS: Readonly<Record<SignatureCheck, string>> = {
  verified: 'signature verified',
  wrong: 'signature wrong',
  unsigned: 'unsigned',
  unchecked: 'signature unchecked',
};

export function describeRequest({ path, body, nth, answered, signature, receivedAt }: ReceivedRequest): string {
  const { id, title } = findingOf(body);
  const outcome = answered === 'no-answer' ? 'no answer' : `answered ${answered}`;
  return `${clock(receivedAt)}  received   ${path}  ${id} "${title}"  POST ${nth}, ${SIGNATURE_WORDS[signature]} → ${outcome}`;
}

/** With its links: the mailbox is this terminal. */
export function describeMail({ to, subject, text }: StoredMail): string {
  const links = [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => `\n            ${link}`);
  return `${clock(Date.now())}  mailed     to ${to.join(', ')}: ${oneLine(subject)}${links.join('')}`;
}

/** Undefined for a line of a function's log that says nothing about what became of a finding. */
export function describeLogLine(line: string): string | undefined {
  const entry = parseObject(line);
  switch (entry['message']) {
    case 'delivery.attempted':
      return `${clock(Date.now())}  delivery   ${describeAttempt(entry)}`;
    case 'finding.repaired':
      return `${clock(Date.now())}  repaired   a finding of ${entry['tenantId']}: ${oneLine(String(entry['repairs']))}`;
    case 'finding.rejected':
      return `${clock(Date.now())}  rejected   a finding, now in the findings DLQ: ${oneLine(String(entry['reason']))}`;
    case 'event.set-aside':
      return `${clock(Date.now())}  set aside  an event that is no finding: ${oneLine(String(entry['reason']))}`;
    default:
      return undefined;
  }
}

function describeAttempt(entry: Readonly<Record<string, unknown>>): string {
  const { tenantId, webhookId, deliveryId, attempt, attemptLimit, statusCode, error, cause, code, decision, reason } =
    entry;
  const what = [statusCode ?? cause ?? error, statusCode === undefined ? code : cause].filter(
    (word) => word !== undefined,
  );
  const result = `${tenantId}/${webhookId}  ${deliveryId}  attempt ${attempt} of ${attemptLimit}: ${what.join(', ')}`;
  switch (decision) {
    case 'done':
      return `${result}  DELIVERED`;
    case 'retry':
      return `${result}  next attempt at ${clock(Date.parse(String(entry['nextAttemptAt'])))}`;
    default:
      return `${result}  FAILED: ${reason}`;
  }
}

function findingOf(body: string): { readonly id: string; readonly title: string } {
  const { data } = parseObject(body);
  const { id, title } = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  return { id: oneLine(String(id)), title: [...oneLine(String(title))].slice(0, MAX_TITLE_CHARACTERS).join('') };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function clock(millis: number): string {
  return new Date(millis).toISOString().slice(11, 19);
}
