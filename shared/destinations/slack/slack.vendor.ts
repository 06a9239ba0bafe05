/** Slack's incoming webhooks, by the comments of `@slack/types` and bolt-js issue 2509 for the sum. */
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

/** The three signs of Slack's own markup must stand as entities, unless they are that markup. */
const ESCAPED = /^(?:[^<>&]|&(?:amp|lt|gt);)*$/;

function plainText(maxCharacters: number) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(maxCharacters).regex(ESCAPED),
    emoji: z.boolean().optional(),
  });
}

const linkText = z.strictObject({
  type: z.literal('mrkdwn'),
  text: z
    .string()
    .max(3_000)
    .regex(/^<https?:[^<>|\s]+\|[A-Z][A-Za-z ]+>$/),
  verbatim: z.literal(true),
});

const blockSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plainText(150) }),
  z.strictObject({
    type: z.literal('section'),
    text: z.union([plainText(3_000), linkText]).optional(),
    fields: z.array(plainText(2_000)).min(1).max(10).optional(),
  }),
  z.strictObject({ type: z.literal('context'), elements: z.array(plainText(2_000)).min(1).max(10) }),
]);

const messageSchema = z.strictObject({
  text: z.string().min(1).max(40_000).regex(ESCAPED),
  blocks: z
    .array(blockSchema)
    .min(1)
    .max(50)
    .refine((blocks) => JSON.stringify(blocks).length < 12_000, 'msg_blocks_too_long'),
});

export const vendor: Vendor = {
  id: 'slack',
  create: () => receive,
  accepted: 200,
  refusal: text(403, 'invalid_token'),
  limit: text(429, 'rate_limited', { 'retry-after': '30' }),
  rate: {
    published:
      'One message a second for a webhook. Short bursts above it are tolerated, but Slack does not promise to show each of their messages.',
    source: 'docs.slack.dev, Rate limits',
    sureness: 'read',
  },
  falseSuccess: text(200, '<html>Sign in to continue</html>'),
  responses: [
    { response: text(200, 'ok'), meaning: 'The message is posted.', isDelivered: true },
    {
      response: { statusCode: 200, body: '' },
      meaning: 'Slack says ok: something before it responded.',
      isDelivered: false,
    },
    {
      response: json(200, { ok: true }),
      meaning: 'The URL starts a workflow, or is a method of the Web API: no message is posted by a webhook.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation:
      "Slack's documentation, Sending messages using incoming webhooks, and the comments of `@slack/types`",
    comparedWith: ['@slack/webhook'],
    validatedBy: ['slack_sdk'],
  },
  demo: { name: 'Slack', path: '/services/T00000000/B00000000/demoTokenOfTheWebhook000' },
};

function receive(request: VendorRequest): VendorResponse {
  if (!/\/services\/T\w+\/B\w+\/\w+$/.test(request.path)) {
    return text(404, 'no_service');
  }
  const isGood = isJson(request) && readJson(messageSchema, request.body).kind === 'read';
  return isGood ? text(200, 'ok') : text(400, 'invalid_payload');
}
