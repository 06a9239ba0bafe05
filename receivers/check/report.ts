/** What a run of the check found, for a person in a terminal and for a program. */
import { oneLine } from '../../shared/finding/finding-words.ts';
import type { CaseResult } from './run-checks.ts';
import type { CheckResponse } from './send-request.ts';

const MAX_BODY_CHARACTERS = 120;

export function describeResult({ name, sends, expects, responses, fault, note, why, advice }: CaseResult): string {
  const verdict = fault === undefined ? 'pass' : 'FAIL';
  const lines = [`${verdict}  ${name.padEnd(18)} ${expects.padEnd(9)} ${responses.map(responseWords).join(', ')}`];
  if (fault !== undefined) {
    lines.push(
      `      sent:  ${sends}`,
      `      fault: the receiver ${fault}`,
      `      why:   ${why}`,
      `      do:    ${advice}`,
    );
  }
  return [...lines, ...(note === undefined ? [] : [`      note:  ${note}`])].join('\n');
}

export function describeRun(results: readonly CaseResult[]): string {
  const failed = results.filter(({ fault }) => fault !== undefined).map(({ name }) => name);
  return failed.length === 0
    ? `All ${results.length} cases passed. Not seen from outside: that each delivery is stored once, before it is answered.`
    : `${failed.length} of ${results.length} cases failed: ${failed.join(', ')}.`;
}

export function reportAsJson(url: string, results: readonly CaseResult[]): string {
  const cases = results.map(({ fault, ...result }) => ({ ...result, passed: fault === undefined, fault }));
  return JSON.stringify({ url, passed: cases.every(({ passed }) => passed), cases }, undefined, 2);
}

function responseWords(response: CheckResponse): string {
  if (response.kind === 'unanswered') {
    return response.why === 'broken-off-by-us' ? 'broken off' : `no response (${response.why})`;
  }
  const { statusCode, body, millis } = response;
  const said = body === '' ? '' : ` "${oneLine(body.slice(0, MAX_BODY_CHARACTERS))}"`;
  return `${statusCode} in ${millis} ms${said}`;
}
