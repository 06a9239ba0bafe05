/**
 * Whether what happened is what had to happen: compares the expectation with the delivery log, and the log with the
 * receiver's own record. A repeat under the same id is no fault: the service promises at least once. Pure, so that a test can
 * alter any piece of evidence and see the result change.
 */
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import type { ReceivedRequest } from '../receiver/demo-receiver.ts';
import { vendorMount, vendorStatuses } from '../receiver/vendor-router.ts';
import {
  type Expectation,
  type ExpectedDelivery,
  type ExpectedEnd,
  endAfter,
  type RejectedLine,
} from './expectation.ts';
import { placeOf } from './findings-file.ts';

export interface DeadFinding {
  readonly body: string;
  /** The message attribute; empty if there is none. */
  readonly reason: string;
}

export interface Evidence {
  readonly rows: readonly DeliveryRow[];
  readonly requests: readonly ReceivedRequest[];
  /** What lies in the findings DLQ. */
  readonly deadFindings: readonly DeadFinding[];
  /** The deliveries whose redrive messages lie in `ExhaustedDeliveries`, one entry per message. */
  readonly redriveMessages: readonly DeliveryId[];
  /** Numbers of the lines that EventBridge did not take. */
  readonly refusedLineNumbers: readonly number[];
}

export interface Discrepancy {
  /** A delivery id, a line or a queue. */
  readonly subject: string;
  readonly problem: string;
}

/** Empty if all is as expected. */
export function judge(expectation: Expectation, evidence: Evidence): readonly Discrepancy[] {
  const rows = new Map(evidence.rows.map((row) => [row.deliveryId, row]));
  const requests = Map.groupBy(evidence.requests, ({ webhookId }) => webhookId);
  const expected = new Set<string>(expectation.deliveries.map(({ deliveryId }) => deliveryId));
  const deliveries = expectation.deliveries.map((delivery) => {
    const row = rows.get(delivery.deliveryId);
    const received = requests.get(delivery.deliveryId) ?? [];
    return { row, received, delivery: { ...delivery, end: endOf(delivery, row?.attempts ?? [], received) } };
  });
  return [
    ...deliveries.flatMap(({ delivery, row, received }) => judgeDelivery(delivery, row, received)),
    ...[...rows.keys()].filter((id) => !expected.has(id)).map((id) => problem(id, 'has an unexpected row')),
    ...[...requests.keys()].filter((id) => !expected.has(id)).map((id) => problem(id, 'was sent, but not expected')),
    ...judgeDeadFindings(expectation.rejected, evidence.deadFindings),
    ...judgeRedriveMessages(
      deliveries.map(({ delivery }) => delivery),
      evidence.redriveMessages,
    ),
    ...judgeRefusals(expectation, evidence.refusedLineNumbers),
  ];
}

/**
 * How the delivery had to end. A request that is in no attempt, because a process stopped before it recorded it, has used up
 * one of the receiver's responses: the end then follows from the responses that were recorded.
 */
function endOf(
  { path, end }: ExpectedDelivery,
  attempts: readonly Attempt[],
  requests: readonly ReceivedRequest[],
): ExpectedEnd {
  if (requests.length <= attempts.length) {
    return end;
  }
  const responses = attempts.map(({ statusCode }) => statusCode ?? 'no-answer');
  const ofVendor = vendorStatuses(path);
  if (ofVendor !== undefined) {
    return responses.at(-1) === ofVendor.at(-1) ? { ...end, responses } : end;
  }
  return endAfter(responses) ?? end;
}

function judgeDelivery(
  expected: ExpectedDelivery,
  row: DeliveryRow | undefined,
  requests: readonly ReceivedRequest[],
): readonly Discrepancy[] {
  const problems = [...judgeRow(expected, row), ...judgeRequests(expected, row?.attempts ?? [], requests)];
  return problems.map((text) => problem(expected.deliveryId, text));
}

function* judgeRow({ end }: ExpectedDelivery, row: DeliveryRow | undefined): Generator<string> {
  if (row === undefined) {
    yield 'has no row in the delivery log';
    return;
  }
  if (row.status !== end.status) {
    yield `is ${row.status}, expected ${end.status}`;
  }
  if (row.reason !== end.reason) {
    yield `has the reason ${row.reason ?? '(none)'}, expected ${end.reason ?? '(none)'}`;
  }
  // A success that came late has the number of an attempt before it.
  const numbers = row.attempts.filter(({ duplicate }) => duplicate !== true).map(({ number }) => number);
  if (numbers.some((number, index) => number !== index + 1)) {
    yield `numbers its attempts ${numbers.join(', ')}`;
  }
  if (row.lastAttempt !== numbers.at(-1)) {
    yield `says lastAttempt ${row.lastAttempt}, but its latest attempt is ${numbers.at(-1) ?? '(none)'}`;
  }
  const recorded = row.attempts.map(resultOf).join(', ');
  const answered = end.responses.map(asResult).join(', ');
  if (recorded !== answered) {
    yield `recorded ${recorded || 'no attempts'}, expected ${answered}`;
  }
}

function* judgeRequests(
  { path, isSigned, finding }: ExpectedDelivery,
  attempts: readonly Attempt[],
  requests: readonly ReceivedRequest[],
): Generator<string> {
  if (requests.length < attempts.length) {
    yield `was received ${requests.length} times, but has ${attempts.length} recorded attempts`;
  }
  if (
    !isSubsequence(
      attempts.map(resultOf),
      requests.map(({ answered }) => asResult(answered)),
    )
  ) {
    yield `recorded ${attempts.map(resultOf).join(', ')}, but the receiver answered ${requests
      .map(({ answered }) => asResult(answered))
      .join(', ')}`;
  }
  if (requests.some((request) => (vendorMount(request.path) ?? request.path) !== path)) {
    yield `was received at ${requests.map((request) => request.path).join(', ')}, expected ${path}`;
  }
  if (new Set(requests.map(({ bodySha256 }) => bodySha256)).size > 1) {
    yield 'was received with different bodies';
  }
  const isCarried = vendorMount(path) === undefined ? carries : names;
  if (requests.some(({ body }) => !isCarried(body, finding))) {
    yield 'was received with a body that does not carry the finding';
  }
  const signature = isSigned ? 'verified' : 'unsigned';
  const wrong = requests.find((request) => request.signature !== signature);
  if (wrong !== undefined) {
    yield `was received ${wrong.signature}, expected ${signature}`;
  }
}

function judgeDeadFindings(
  rejected: readonly RejectedLine[],
  deadFindings: readonly DeadFinding[],
): readonly Discrepancy[] {
  const open = deadFindings.map(({ body, reason }) => ({ detail: detailOf(body), reason }));
  const details = rejected.map(({ text }) => parseJson(text));
  const problems: Discrepancy[] = [];
  for (const [at, line] of rejected.entries()) {
    const index = open.findIndex(({ detail }) => sameJson(detail, details[at]));
    const [found] = index === -1 ? [] : open.splice(index, 1);
    if (found === undefined) {
      problems.push(problem(placeOf(line), 'is not in the findings DLQ'));
    } else if (found.reason === '') {
      problems.push(problem(placeOf(line), 'is in the findings DLQ without a reason'));
    }
  }
  const unexpected = open.filter(({ detail }) => !details.some((expected) => sameJson(detail, expected)));
  return [
    ...problems,
    ...unexpected.map(({ reason }) => problem('findings DLQ', `holds an unexpected message (reason: ${reason})`)),
  ];
}

function judgeRedriveMessages(
  deliveries: readonly ExpectedDelivery[],
  redriveMessages: readonly DeliveryId[],
): readonly Discrepancy[] {
  const exhausted = new Set(deliveries.filter(({ end }) => end.reason === 'exhausted').map((each) => each.deliveryId));
  return [
    ...[...exhausted]
      .filter((id) => !redriveMessages.includes(id))
      .map((id) => problem(id, 'has no redrive message, and was to be exhausted')),
    ...redriveMessages
      .filter((id) => !exhausted.has(id))
      .map((id) => problem(id, 'has a redrive message, but was not to be exhausted')),
  ];
}

function judgeRefusals({ refused }: Expectation, refusedLineNumbers: readonly number[]): readonly Discrepancy[] {
  const expected = refused.map(({ lineNumber }) => lineNumber);
  const taken = expected.filter((line) => !refusedLineNumbers.includes(line));
  const unexpected = refusedLineNumbers.filter((line) => !expected.includes(line));
  return [
    ...taken.map((line) => problem(`line ${line}`, 'was taken by EventBridge')),
    ...unexpected.map((line) => problem(`line ${line}`, 'was refused by EventBridge')),
  ];
}

function resultOf({ statusCode, error }: Attempt): string {
  return String(statusCode ?? error);
}

/** What the sender must have seen of it. */
function asResult(answered: number | 'no-answer'): string {
  return answered === 'no-answer' ? 'timeout' : String(answered);
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let matched = 0;
  for (const item of whole) {
    if (item === part[matched]) {
      matched += 1;
    }
  }
  return matched === part.length;
}

/** The promised fields of the finding, in the payload's `data`. */
function carries(body: string, finding: ExpectedDelivery['finding']): boolean {
  const payload = parseJson(body);
  return typeof payload === 'object' && payload !== null && 'data' in payload && sameJson(payload.data, finding);
}

/** Some formats cut a long id; this much of it is in all of them. */
const ID_CHARACTERS_SHOWN = 64;

/**
 * Each format has a payload of its own, but none goes without the finding's id, in chats with their escapes: entities, or a
 * backslash before a sign. That it is whole is the vendor's to say.
 */
function names(body: string, { id }: ExpectedDelivery['finding']): boolean {
  const beginning = [...id].slice(0, ID_CHARACTERS_SHOWN).join('');
  const escaped = beginning.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const plain = withoutBackslashes(body);
  return [beginning, escaped].some((text) => plain.includes(withoutBackslashes(JSON.stringify(text).slice(1, -1))));
}

function withoutBackslashes(text: string): string {
  return text.replaceAll('\\', '');
}

function detailOf(body: string): unknown {
  const event = parseJson(body);
  return typeof event === 'object' && event !== null && 'detail' in event ? event.detail : undefined;
}

/** Without recursion: a line of 1 MB may be nested half a million deep, and the stack is not. */
function sameJson(one: unknown, other: unknown): boolean {
  const open: [unknown, unknown][] = [[one, other]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [left, right] = pair;
    if (!isContainer(left) || !isContainer(right)) {
      if (left !== right) {
        return false;
      }
      continue;
    }
    const names = Object.keys(left);
    if (Array.isArray(left) !== Array.isArray(right) || names.length !== Object.keys(right).length) {
      return false;
    }
    for (const name of names) {
      if (!Object.hasOwn(right, name)) {
        return false;
      }
      open.push([left[name], right[name]]);
    }
  }
  return true;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(subject: string, text: string): Discrepancy {
  return { subject, problem: text };
}
