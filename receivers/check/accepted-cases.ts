/** What a receiver must take. */
import { randomBytes } from 'node:crypto';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import { challengeCase } from './challenge-case.ts';
import { accepted, type ReceiverCase, TOLERANCE_SECONDS, VERIFY_FIRST } from './receiver-case.ts';
import { aFinding, largestFinding, otherBytes, STRANGE_TEXTS, withUnknownFields } from './sent-findings.ts';
import type { MakeRequest } from './signed-request.ts';

const WITHIN_SECONDS = TOLERANCE_SECONDS - 60;

/** The first is the genuine request: if it is refused, the others say nothing. */
export function acceptedCases(url: string, secret: string, request: MakeRequest): readonly ReceiverCase[] {
  const other = () => formatGeneratedSecret(randomBytes(32));
  return [
    accepted(
      'genuine',
      'a finding, signed at this moment',
      'It is what the service sends.',
      'Check the URL, and that the receiver has this secret. Everything else was left out: it would say nothing.',
      () => [request()],
    ),
    challengeCase(url, request),
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
  ];
}
