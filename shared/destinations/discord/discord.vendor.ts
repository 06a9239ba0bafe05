/** Discord's webhooks, by "Execute Webhook" and "Embed Limits" of its developer documentation. */
import * as z from 'zod';
import { isJson, json, type Receive, readJson, text, type Vendor } from '../simulation.vendor.ts';

/** What Discord's markdown makes something of, without a backslash before it. */
const ESCAPED = /^(?:[^\\*_~`|>#[\]()<@:]|\\[^0-9A-Za-z\s])*$/;

/** A link without a preview: nothing in the brackets formats. */
const addressSchema = z
  .string()
  .max(1_024)
  .regex(/^<https?:[^<>\s]+>$/);

/** Discord refuses the whole message for another host (bugsink issue 280, gitea issue 14379). */
const NAME_WITH_A_DOT = /^(?:[a-z\d-]+\.)+[a-z][a-z\d-]+$/;

const embedSchema = z.strictObject({
  title: z.string().min(1).max(256).regex(ESCAPED),
  description: z.string().min(1).max(4_096).regex(ESCAPED).optional(),
  url: z
    .url({ protocol: /^https?$/, hostname: NAME_WITH_A_DOT })
    .max(2_048)
    .optional(),
  color: z.int().min(0).max(0xffffff),
  timestamp: z.iso.datetime(),
  fields: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1_024).regex(ESCAPED).or(addressSchema),
        inline: z.boolean().optional(),
      }),
    )
    .max(25),
  footer: z.strictObject({ text: z.string().min(1).max(2_048) }),
});

const messageSchema = z.strictObject({
  // Without it a title could mention every member.
  allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
  thread_name: z.string().min(1).max(100).optional(),
  embeds: z
    .array(embedSchema)
    .min(1)
    .max(10)
    .refine((embeds) => embeds.reduce((sum, embed) => sum + charactersOf(embed), 0) <= 6_000, 'BASE_TYPE_MAX_LENGTH'),
});

function charactersOf({ title, description = '', fields, footer }: z.infer<typeof embedSchema>): number {
  const ofFields = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return title.length + description.length + ofFields + footer.text.length;
}

export const vendor: Vendor = {
  id: 'discord',
  create,
  accepted: 200,
  refusal: json(401, { message: 'Invalid Webhook Token', code: 50_027 }),
  limit: json(
    429,
    { message: 'You are being rate limited.', retry_after: 64.57, global: false },
    { 'retry-after': '65' },
  ),
  limitSeconds: 64.57,
  rate: {
    published:
      'Discord asks senders to read its limits from its responses and publishes none for a webhook. Its staff named 5 requests in two seconds for a webhook, and 30 a minute for a channel.',
    source: "Discord's documentation, Rate limits; the figures are a reply of its support that several projects quote",
    sureness: 'reported',
    most: { requests: 30, seconds: 60 },
  },
  falseSuccess: { statusCode: 204, body: '' },
  responses: [
    {
      response: json(200, { id: '1000000000000000001', type: 0 }),
      meaning: 'The message is saved.',
      isDelivered: true,
    },
    {
      response: { statusCode: 204, body: '' },
      meaning: 'Discord did not wait for the message to be saved: something dropped wait=true from the URL.',
      isDelivered: false,
    },
    {
      response: text(200, 'ok'),
      meaning: 'The URL is the one for messages of Slack: ours has nothing that it shows.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Discord's developer documentation, Execute Webhook and Embed Limits",
    comparedWith: ['@discordjs/builders'],
    validatedBy: ['@discordjs/builders', 'discord.py'],
  },
  demo: { name: 'Discord', path: '/api/webhooks/000000000000000000/demo-token-of-the-webhook' },
};

function create(): Receive {
  let messages = 0;

  return (request) => {
    if (!/\/webhooks\/\d+\/[\w-]+$/.test(request.path)) {
      return json(404, { message: 'Unknown Webhook', code: 10_015 });
    }
    if (!isJson(request) || readJson(messageSchema, request.body).kind === 'broken') {
      return json(400, { code: 50_035, message: 'Invalid Form Body', errors: {} });
    }
    messages += 1;
    return request.query.get('wait') === 'true'
      ? json(200, { id: String(1_000_000_000_000_000_000n + BigInt(messages)), type: 0, content: '' })
      : { statusCode: 204, body: '' };
  };
}
