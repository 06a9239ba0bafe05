/** How the API shows what came of a test send, and what one would send. */
import * as z from 'zod';
import {
  adviceSchema,
  causeSchema,
  codeSchema,
  errorSchema,
  excerptSchema,
  locationSchema,
  millisSchema,
  statusCodeSchema,
} from './attempt-responses.schema.ts';
import { sentRequestSchema } from './sent-request.schema.ts';

export const testSendSchema = z
  .object({
    isAccepted: z.boolean().describe('Whether the receiver accepted the finding'),
    statusCode: statusCodeSchema.optional(),
    error: errorSchema.optional(),
    cause: causeSchema.optional(),
    code: codeSchema.optional(),
    location: locationSchema.optional(),
    advice: adviceSchema.optional().describe('Of a failure: what to do about it'),
    millis: z
      .object({
        total: millisSchema.describe('The whole try, from DNS to the end of the response'),
        dns: millisSchema.optional().describe('Until the name was resolved'),
        connect: millisSchema.optional().describe('From then until the TCP connection stood'),
        tls: millisSchema.optional().describe('From then until the certificate was found good'),
        firstByte: millisSchema.optional().describe('From sending the request to the first byte of the response'),
      })
      .meta({
        description: 'Milliseconds by phase; a phase that did not take place is absent',
        examples: [{ total: 182, dns: 12, connect: 31, tls: 64, firstByte: 74 }],
      }),
    answer: z
      .object({
        headers: z
          .record(z.string(), z.string())
          .meta({ description: 'The first 20, by name in lower case', examples: [{ 'content-type': 'text/plain' }] }),
        body: excerptSchema,
      })
      .optional()
      .describe('What the receiver answered, secrets masked; with no-token, what the sign-in service answered'),
    request: sentRequestSchema.optional(),
  })
  .meta({ id: 'TestSend', description: 'What came of a test send' });

export const testPreviewSchema = z
  .object({ request: sentRequestSchema.optional() })
  .meta({ id: 'TestPreview', description: 'What a test would send; the id and the time are of this moment' });

export type TestSendResponse = z.output<typeof testSendSchema>;
