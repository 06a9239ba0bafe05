/** What came of a challenge: whether the address is verified, what it answered, and the webhook after it. */
import * as z from 'zod';
import { testSendSchema } from './test-send-responses.schema.ts';
import { changedWebhookSchema } from './webhook-responses.schema.ts';

export const challengeResultSchema = testSendSchema
  .pick({ statusCode: true, error: true, cause: true, code: true, advice: true, answer: true })
  .extend({
    isVerified: z.boolean().describe('Whether the address has answered the challenge: alerts can then be turned on'),
    webhook: changedWebhookSchema,
  })
  .meta({ id: 'ChallengeResult', description: "What came of a challenge to a webhook's address" });

export type ChallengeResult = z.output<typeof challengeResultSchema>;
