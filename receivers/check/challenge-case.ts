/** The challenge to a receiver's address, and whether its value came back. */
import { randomBytes } from 'node:crypto';
import { CHALLENGE_EVENT, judgeChallenge, renderChallenge } from '../../shared/attempt/challenge.ts';
import { accepted, type ReceiverCase } from './receiver-case.ts';
import type { MakeRequest } from './signed-request.ts';

export const CHALLENGE = 'challenge';

const CHALLENGE_VALUE = randomBytes(16).toString('hex');

export function hasChallengeValue(body: string): boolean {
  const answered = { statusCode: 200, headers: {}, body };
  return judgeChallenge({ formatId: 'json', value: CHALLENGE_VALUE, origin: '' }, answered) === 'verified';
}

export function challengeCase(url: string, request: MakeRequest): ReceiverCase {
  return accepted(
    CHALLENGE,
    'a challenge to its address, which an admin may ask for before alerts are turned on',
    'A receiver that cannot answer it can be used without one.',
    'Answer 2xx to events that you do not know; to this one with data.challenge as the body, as text or as {"challenge": "…"}.',
    () => {
      const challenge = { formatId: 'json', url, value: CHALLENGE_VALUE, origin: '', nowMillis: Date.now() };
      const sent = request({ body: renderChallenge(challenge).body });
      return [{ ...sent, headers: { ...sent.headers, 'x-thalian-event': CHALLENGE_EVENT } }];
    },
  );
}
