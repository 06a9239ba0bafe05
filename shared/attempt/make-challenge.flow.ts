/** Challenges the address of a webhook, by the code that sends its deliveries: its headers, signatures and access token. */
import type { AttemptOutcome } from '../http/attempt-outcome.ts';
import { adviceFor } from './attempt-advice.ts';
import { CHALLENGE_EVENT, type ChallengeInput, challengeAdvice, judgeChallenge, renderChallenge } from './challenge.ts';
import { withOurHeaders } from './outgoing-request.schema.ts';
import { type ReadyAttempt, type SendingDependencies, type Sent, sendMasked } from './send-masked.flow.ts';

export interface MadeChallenge extends Pick<Sent, 'showOutcome'> {
  readonly isVerified: boolean;
  /** What to do about it; absent if it is verified. */
  readonly advice?: string;
}

export async function makeChallenge(
  deps: SendingDependencies,
  ready: ReadyAttempt,
  { messageId, value, origin }: Pick<ChallengeInput, 'value' | 'origin'> & { readonly messageId: string },
): Promise<MadeChallenge> {
  const { webhook, secret, format } = ready;
  const nowMillis = deps.clock.now();
  const input = { formatId: format.id, url: webhook.url, value, origin, nowMillis };
  const request = withOurHeaders(renderChallenge(input), { secret, event: CHALLENGE_EVENT, messageId, nowMillis });
  const { outcome, showOutcome } = await sendMasked(deps, ready, request, nowMillis);
  const advice = adviceOf(outcome, input);
  return { isVerified: advice === undefined, ...(advice !== undefined && { advice }), showOutcome };
}

function adviceOf(outcome: AttemptOutcome, input: ChallengeInput): string | undefined {
  if (outcome.kind === 'unanswered') {
    return adviceFor(outcome);
  }
  const { response } = outcome;
  switch (judgeChallenge(input, response)) {
    case 'verified':
      return undefined;
    case 'refused':
      return adviceFor({ statusCode: response.statusCode });
    case 'unmet':
      return challengeAdvice(input.formatId, input.origin);
  }
}
