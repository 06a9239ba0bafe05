/**
 * What people may ask when they connect or change a webhook. Shapes and bounds only; whether a URL, a header or a format's
 * fields are acceptable is the domain's and the formats' to say. What the generator of the API's document cannot
 * read off a schema stands in its `meta`: patterns without flags, numbers of properties, bounds that are checked elsewhere.
 */
import * as z from 'zod';
import { MOST_PER_MINUTE } from '../destinations/format.ts';
import { FINDING_EVENTS } from '../finding/lifecycle.ts';
import { MAX_HEADER_VALUE_CHARACTERS } from '../http/custom-headers.ts';
import { MAX_WEBHOOK_URL_CHARACTERS } from '../http/webhook-url.ts';
import { FIRST_SYNCS, LEAST_DIGEST_MINUTES, MOST_DIGEST_MINUTES } from '../webhook/digest-choice.ts';
import { NEWEST_PAYLOAD_VERSION } from '../webhook/payload-version.ts';
import { oauthRequestSchema } from './oauth.schema.ts';
import { ONE_LINE } from './one-line.ts';
import { signingRequestSchema } from './signing-requests.schema.ts';

export const MAX_NAME_CHARACTERS = 100;

/** More would not fit a receiver's limit on headers (8 KB is common) for long. */
export const MAX_CUSTOM_HEADERS = 20;

const nameSchema = z
  .string()
  .trim()
  .min(1, 'A name is needed.')
  .max(MAX_NAME_CHARACTERS, `A name has at most ${MAX_NAME_CHARACTERS} characters.`)
  .regex(ONE_LINE, 'A name has no control characters, and none that override the direction of text.')
  .meta({
    description: 'What people call it; white space around it is dropped',
    pattern: ONE_LINE.source,
    examples: ['Splunk, production'],
  });

/** Bounded generously: the exact rule, with its own words, follows. */
const urlSchema = z
  .string()
  .min(1, 'A destination URL is needed.')
  .max(2 * MAX_WEBHOOK_URL_CHARACTERS, `Webhook URLs must not be longer than ${MAX_WEBHOOK_URL_CHARACTERS} characters.`)
  .meta({
    description:
      'Where findings are sent. HTTPS, a public host, port 443 or from 1024 up, no user name or password; the limit is for the normalised URL.',
    maxLength: MAX_WEBHOOK_URL_CHARACTERS,
    examples: ['https://siem.example.com/thalian'],
  });

/** Far more than any format has. */
const MAX_FIELDS = 50;

const fieldsSchema = z
  .record(z.string().max(64), z.string().max(8_192))
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, `At most ${MAX_FIELDS} fields.`);

export const optionsSchema = fieldsSchema.meta({
  description: "The format's options by name; GET /v1/formats says which there are.",
  maxProperties: MAX_FIELDS,
  examples: [{ index: 'security' }],
});

const credentialsSchema = fieldsSchema.meta({
  description: "The format's credentials by name; write-only. GET /v1/formats says which there are.",
  maxProperties: MAX_FIELDS,
  examples: [{ token: '00000000-0000-0000-0000-000000000000' }],
});

/** zod leaves this name out of a record, lest it become the object's prototype: a header would be lost without a word. */
const PITFALL = '__proto__';

const headersSchema = z
  .preprocess(
    (headers, context) => {
      if (typeof headers === 'object' && headers !== null && Object.hasOwn(headers, PITFALL)) {
        context.addIssue({ code: 'custom', path: [PITFALL], message: 'No header can have this name.' });
      }
      return headers;
    },
    z
      .record(
        z.string(),
        z.string().meta({
          description: 'Visible ASCII characters, with spaces only inside',
          minLength: 1,
          maxLength: MAX_HEADER_VALUE_CHARACTERS,
        }),
      )
      .refine((headers) => Object.keys(headers).length <= MAX_CUSTOM_HEADERS, `At most ${MAX_CUSTOM_HEADERS} headers.`),
  )
  .meta({
    description: `Headers added to every request, at most ${MAX_CUSTOM_HEADERS}; write-only, as their values count as secrets. Names that the service or the connection sets are refused.`,
    maxProperties: MAX_CUSTOM_HEADERS,
    examples: [{ 'X-Api-Key': 'a-key-of-your-receiver' }],
  });

export const paceSchema = z
  .strictObject({
    perMinute: z
      .int()
      .min(1, 'The slowest pace is 1 a minute. To send nothing, pause the webhook.')
      .max(
        MOST_PER_MINUTE,
        `The fastest pace is ${MOST_PER_MINUTE} a minute. Leave it out to send as fast as possible.`,
      )
      .describe('How many findings a minute, evenly spread'),
  })
  .meta({
    id: 'Pace',
    description:
      'How fast findings are sent. What exceeds it waits for its turn. A destination with a limit of its own takes no faster pace: GET /v1/formats says which, and without a pace of yours that limit is kept to.',
    examples: [{ perMinute: 30 }],
  });

const payloadVersionRequestSchema = z
  .int()
  .min(1)
  .max(NEWEST_PAYLOAD_VERSION)
  .meta({
    description: `The payload version: what receivers get, and in which shape. The newest is ${NEWEST_PAYLOAD_VERSION}.`,
    examples: [NEWEST_PAYLOAD_VERSION],
  });

/** What happens to findings, by the names that a webhook chooses from. */
export const eventsSchema = z
  .array(z.enum(FINDING_EVENTS))
  .min(1)
  .max(FINDING_EVENTS.length)
  .refine((events) => events.includes('detected'), 'Detections are always sent: name detected, too.')
  .refine((events) => new Set(events).size === events.length, 'An event is there twice.')
  .meta({
    id: 'Events',
    description:
      'What it gets of a finding: detected always; updated, resolved and reopened if they are named, which needs payload version 2 or later. A resolution is sent to a webhook that got the finding, even if its alert rule would refuse it by now.',
    examples: [['detected', 'resolved']],
  });

export const pullSchema = z
  .strictObject({
    only: z.boolean().default(false).describe('Nothing is sent: the receiver reads all of it'),
    manifests: z
      .boolean()
      .default(false)
      .describe(
        'Whether each hour the manifest of the hour before is sent: how many deliveries were listed, their ids, and a digest of them. Not with `only`; GET /v1/formats says to which formats',
      ),
  })
  .meta({
    id: 'Pull',
    description:
      'Whether what is due to the webhook is also listed, for its receiver to read with GET …/events: to catch up, to compare, or because it cannot be reached. It costs a write for each delivery. Absent: nothing is listed.',
    examples: [{ only: false }],
  });

export const digestSchema = z
  .strictObject({
    minutes: z
      .int()
      .min(LEAST_DIGEST_MINUTES, `A digest has a window of ${LEAST_DIGEST_MINUTES} minutes at least.`)
      .max(MOST_DIGEST_MINUTES, 'A digest has a window of a day at most.')
      .describe('The length of the window. Windows begin at whole multiples of it, counted in UTC'),
  })
  .meta({
    id: 'Digest',
    description:
      'One message for all findings of a window, the gravest first; critical ones go at once. For destinations of chat: GET /v1/formats says which.',
    examples: [{ minutes: 60 }],
  });

export const firstSyncSchema = z.enum(['all', ...FIRST_SYNCS]).meta({
  description:
    'What happens with findings that were detected before the webhook was connected. all: they are sent as all others. new: they are not sent. digest: they go together, at a destination that takes digests.',
  examples: ['new'],
});

/** Whether the tenant has such a webhook is known to the action alone. */
const noticesToSchema = z
  .string()
  .min(1)
  .max(64)
  .meta({
    description:
      'Id of another webhook of the tenant, which gets a notice when this one fails, is disabled, or works again. A notice looks like a finding of category "Webhook notice"; the alert rule of the webhook that gets it does not apply to it.',
    examples: ['wh_0c1d9a7be2f34856a1d0'],
  });

const challengeSchema = z.boolean().meta({
  description:
    'Whether the address must answer a challenge (POST …/challenge) before alerts can be turned on. While it has not, alerts are off: a change of the URL turns them off.',
  examples: [true],
});

export const connectRequestSchema = z
  .strictObject({
    name: nameSchema,
    url: urlSchema,
    format: z
      .string()
      .max(64)
      .default('json')
      .meta({ description: 'Id of a format', examples: ['json'] }),
    options: optionsSchema.default({}),
    credentials: credentialsSchema.default({}),
    secret: signingRequestSchema.optional(),
    headers: headersSchema.default({}),
    pace: paceSchema.optional(),
    payloadVersion: payloadVersionRequestSchema
      .optional()
      .describe(
        'For a receiver that was written for an earlier payload version; absent: the newest, which the webhook keeps',
      ),
    events: eventsSchema.optional(),
    digest: digestSchema.optional(),
    firstSync: firstSyncSchema.optional(),
    noticesTo: noticesToSchema.optional(),
    oauth: oauthRequestSchema.optional(),
    challenge: challengeSchema.optional(),
    pull: pullSchema.optional(),
  })
  .meta({
    id: 'ConnectRequest',
    description: 'A destination to connect. Its alerts are off at first: turn them on with PUT …/alerts.',
    examples: [{ name: 'SIEM', url: 'https://siem.example.com/thalian', secret: { generate: true } }],
  });

export type ConnectRequest = z.output<typeof connectRequestSchema>;

export const changeRequestSchema = z
  .strictObject({
    name: nameSchema.optional(),
    url: urlSchema.optional(),
    options: optionsSchema
      .optional()
      .describe("All of the format's options: those left out fall back to their default"),
    credentials: credentialsSchema.optional().describe("All of the format's credentials again"),
    headers: headersSchema.nullable().optional().describe('All headers again; null or {} removes them'),
    secret: signingRequestSchema
      .nullable()
      .optional()
      .describe('Only beside a URL of another origin, which needs the signing secret again; null removes it'),
    pace: paceSchema
      .nullable()
      .optional()
      .describe("How fast findings are sent; null goes back to the destination's own limit, or to none"),
    payloadVersion: payloadVersionRequestSchema
      .optional()
      .describe('Another payload version; GET …/payload-preview shows beforehand what it changes'),
    events: eventsSchema.optional(),
    digest: digestSchema
      .nullable()
      .optional()
      .describe('Findings go together from now on; null: each goes at once. What waits already goes with its digest'),
    firstSync: firstSyncSchema.optional(),
    noticesTo: noticesToSchema.nullable().optional().describe('Which webhook gets notices about this one; null: none'),
    oauth: oauthRequestSchema
      .nullable()
      .optional()
      .describe('The whole OAuth client again; null: requests carry no access token any more'),
    challenge: challengeSchema.optional(),
    pull: pullSchema.nullable().optional().describe('Whether its events are listed; null: no longer'),
  })
  .refine((change) => Object.keys(change).length > 0, 'Name at least one thing to change.')
  .meta({
    id: 'ChangeRequest',
    minProperties: 1,
    description:
      'What is left out stays. A URL of another origin needs the signing secret, headers, credentials and OAuth client that the webhook has given again or dropped, so that no editor can have them sent elsewhere.',
    examples: [{ name: 'SIEM, Frankfurt' }],
  });

export type ChangeRequest = z.output<typeof changeRequestSchema>;
