/** Google Chat's incoming webhooks, by "Method: spaces.messages.create" and the limits of messages and cards. */
import * as z from 'zod';
import { isJson, json, type Receive, readJson, type Vendor } from '../simulation.vendor.ts';

const MAX_MESSAGE_BYTES = 32_000;

/** Simple HTML; ours is one pair of tags around a text without any. */
const cardText = z
  .string()
  .min(1)
  .regex(/^(?:<b>[^<>]*<\/b>|[^<>]*)$/);

const widgetSchema = z.union([
  z.strictObject({ textParagraph: z.strictObject({ text: cardText }) }),
  z.strictObject({
    decoratedText: z.strictObject({ topLabel: z.string(), text: cardText, wrapText: z.boolean().optional() }),
  }),
  z.strictObject({
    buttonList: z.strictObject({
      buttons: z
        .array(
          z.strictObject({
            text: z.string(),
            onClick: z.strictObject({ openLink: z.strictObject({ url: z.url({ protocol: /^https?$/ }) }) }),
          }),
        )
        .min(1),
    }),
  }),
]);

const messageSchema = z.strictObject({
  // Plain text, in which <users/all> would mention every member.
  fallbackText: z.string().regex(/^[^<>]*$/),
  cardsV2: z
    .array(
      z.strictObject({
        cardId: z.string(),
        card: z.strictObject({
          header: z.strictObject({ title: z.string().min(1), subtitle: z.string() }),
          sections: z.array(z.strictObject({ widgets: z.array(widgetSchema).min(1) })).min(1),
        }),
      }),
    )
    .min(1),
});

export const vendor: Vendor = {
  id: 'google-chat',
  create,
  accepted: 200,
  refusal: error(403, 'PERMISSION_DENIED', 'The caller does not have permission.'),
  limit: error(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
  rate: {
    published: '60 messages a minute in a space, by all of its apps and webhooks together.',
    source: 'developers.google.com, Google Chat, Usage limits',
    sureness: 'read',
    most: { requests: 60, seconds: 60 },
  },
  falseSuccess: json(200, {}),
  responses: [
    {
      response: json(200, { name: 'spaces/AAA/messages/1', thread: { name: 'spaces/AAA/threads/1' } }),
      meaning: 'The message is in the space.',
      isDelivered: true,
    },
    { response: json(200, {}), meaning: 'No message was made.', isDelivered: false },
    {
      response: json(200, { name: 'gateway' }),
      meaning: 'The name is not that of a message: something before Chat responded.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Google's reference, Method: spaces.messages.create",
    validatedBy: ['google-apps-chat'],
  },
  demo: { name: 'Google Chat', path: '/v1/spaces/AAAAAAAAAAA/messages?key=demo-key&token=demo-token' },
};

function create(): Receive {
  let messages = 0;

  return (request) => {
    if (!/\/v1\/spaces\/[\w-]+\/messages$/.test(request.path)) {
      return error(404, 'NOT_FOUND', 'Space not found.');
    }
    if (!request.query.has('key') || !request.query.has('token')) {
      return error(401, 'UNAUTHENTICATED', 'Request is missing required authentication credential.');
    }
    if (request.query.has('threadKey') && !request.query.has('messageReplyOption')) {
      return error(400, 'INVALID_ARGUMENT', 'The thread would be ignored: say how to reply.');
    }
    const isTooLong = Buffer.byteLength(request.body) > MAX_MESSAGE_BYTES;
    if (isTooLong || !isJson(request) || readJson(messageSchema, request.body).kind === 'broken') {
      return error(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
    }
    messages += 1;
    return json(200, { name: `spaces/AAA/messages/${messages}`, thread: { name: `spaces/AAA/threads/${messages}` } });
  };
}

function error(code: number, status: string, message: string) {
  return json(code, { error: { code, message, status } });
}
