/** Runs the cases against a receiver, one after the other, and judges what comes back. */
import { SLOW_AFTER_MILLIS } from '../../shared/webhook/webhook-health.ts';
import { receiverCases } from './cases.ts';
import { CHALLENGE, hasChallengeValue } from './challenge-case.ts';
import type { Expectation, ReceiverCase } from './receiver-case.ts';
import { type CheckResponse, sendRequest } from './send-request.ts';

export interface CaseResult extends Pick<ReceiverCase, 'name' | 'sends' | 'expects' | 'why' | 'advice'> {
  /** To each request, in order. */
  readonly responses: readonly CheckResponse[];
  /** What is wrong, in a few words; absent if the receiver did as it must. */
  readonly fault?: string;
  /** What is worth knowing though it is not wrong. */
  readonly note?: string;
}

const GONE = 410;
const TOO_MANY = 429;

/** Without the first case, a genuine request, the others would say nothing: they are left out if it fails. */
export async function runChecks(
  url: URL,
  secret: string,
  onResult: (result: CaseResult) => void = () => {},
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const each of receiverCases(url.href, secret)) {
    const result = await runCase(url, each);
    results.push(result);
    onResult(result);
    if (each.name === 'genuine' && result.fault !== undefined) {
      break;
    }
  }
  return results;
}

async function runCase(url: URL, { requests, ...said }: ReceiverCase): Promise<CaseResult> {
  const responses: CheckResponse[] = [];
  for (const request of requests()) {
    responses.push(await sendRequest(url, request));
  }
  const fault = faultOf(said.expects, responses);
  const note = noteOf(said.name, responses);
  return { ...said, responses, ...(fault !== undefined && { fault }), ...(note !== undefined && { note }) };
}

function faultOf(expects: Expectation, responses: readonly CheckResponse[]): string | undefined {
  const last = responses.at(-1);
  switch (expects) {
    case 'accepted':
      return responses.map(whyNotAccepted).find((why) => why !== undefined);
    case 'refused':
      return last && whyNotRefused(last);
    case 'survived': {
      const hostile = responses.find((response) => response.kind === 'unanswered' && response.why === 'timeout');
      const why = last && whyNotAccepted(last);
      return hostile ? 'gave no response in time' : why && `of the genuine request after it: ${why}`;
    }
    default:
      return expects satisfies never;
  }
}

function whyNotAccepted(response: CheckResponse): string | undefined {
  if (response.kind === 'unanswered') {
    return unansweredWords(response);
  }
  const { statusCode } = response;
  return statusCode >= 200 && statusCode < 300 ? undefined : `refused what must be accepted, with ${statusCode}`;
}

/** A status of 400 to 499. To end the connection without a response refuses it, too. */
function whyNotRefused(response: CheckResponse): string | undefined {
  if (response.kind === 'unanswered') {
    return response.why === 'closed' ? undefined : unansweredWords(response);
  }
  const { statusCode } = response;
  if (statusCode === GONE) {
    return 'responded 410, which says that the webhook is gone: a stranger could have it disabled. Answer 401';
  }
  if (statusCode === TOO_MANY) {
    return 'responded 429, which asks to wait and refuses nothing: let the check send as much as it does';
  }
  if (statusCode >= 500) {
    return `broke on it, with ${statusCode}, in place of refusing it: answer 401`;
  }
  return statusCode >= 400 ? undefined : `took what must be refused, with ${statusCode}`;
}

function unansweredWords({ why, code }: Extract<CheckResponse, { kind: 'unanswered' }>): string {
  switch (why) {
    case 'closed':
      return 'ended the connection without a response';
    case 'timeout':
      return 'gave no response in time';
    case 'broken-off-by-us':
      return 'gave no response';
    case 'unreachable':
      return `could not be reached (${code || 'no connection'})`;
    default:
      return why satisfies never;
  }
}

function noteOf(name: string, responses: readonly CheckResponse[]): string | undefined {
  if (
    name === CHALLENGE &&
    !responses.some((response) => response.kind === 'answered' && hasChallengeValue(response.body))
  ) {
    return 'does not return the value of the challenge, so its admin cannot have the address verified before alerts are turned on';
  }
  const slowest = Math.max(...responses.filter(({ kind }) => kind === 'answered').map(({ millis }) => millis));
  return slowest >= SLOW_AFTER_MILLIS
    ? `responded after ${slowest} ms: from ${SLOW_AFTER_MILLIS} ms on a receiver counts as slow, and its findings wait in another queue`
    : undefined;
}
