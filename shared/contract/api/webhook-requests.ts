/**
 * What people may ask of a webhook: bodies of the writing routes. Shapes and bounds only; whether a URL, a header or a
 * format's fields are acceptable is the domain's and the formats' to say.
 */
import * as z from 'zod';
import { SEVERITY_LEVELS } from '../../domain/severity.ts';
import { DEFAULT_OVERLAP_SECONDS } from '../../domain/webhook.ts';

export const MAX_NAME_CHARACTERS = 100;
/** More would not fit a receiver's limit on headers (8 KB is common) for long. */
export const MAX_OWN_HEADERS = 20;
export const MAX_OVERLAP_SECONDS = 7 * 24 * 60 * 60;

const nameSchema = z
  .string()
  .trim()
  .min(1, 'A name is needed.')
  .max(MAX_NAME_CHARACTERS, `A name has at most ${MAX_NAME_CHARACTERS} characters.`)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name has no control characters.')
  .meta({ description: 'What people call it', examples: ['Splunk, production'] });

/** Bounded generously: the exact rule, with its own words, follows. */
const urlSchema = z
  .string()
  .min(1, 'A destination URL is needed.')
  .max(4_096, 'Webhook URLs must not be longer than 2048 characters.')
  .meta({
    description: 'Where findings are sent. HTTPS, a public host, port 443 or from 1024 up; at most 2,048 characters.',
    examples: ['https://siem.example.com/thalian'],
  });

const fieldsSchema = z
  .record(z.string().max(64), z.string().max(8_192))
  .refine((fields) => Object.keys(fields).length <= 50, 'At most 50 fields.');

const optionsSchema = fieldsSchema.meta({
  description: "The format's options by name; GET /v1/formats says which there are.",
  examples: [{ index: 'security' }],
});

const credentialsSchema = fieldsSchema.meta({
  description: "The format's credentials by name; write-only. GET /v1/formats says which there are.",
  examples: [{ token: '…' }],
});

const headersSchema = z
  .record(z.string(), z.string())
  .refine((headers) => Object.keys(headers).length <= MAX_OWN_HEADERS, `At most ${MAX_OWN_HEADERS} headers.`)
  .meta({
    description: `Headers added to every request, at most ${MAX_OWN_HEADERS}; write-only, as their values count as secrets. Names that the service or the connection sets are refused.`,
    examples: [{ 'X-Api-Key': '…' }],
  });

const ownSecretSchema = z.string().meta({
  description:
    'A secret of your own: 16 to 256 printable ASCII characters without spaces. What follows the prefix whsec_ must be base64.',
});

const generatedSchema = z.strictObject({ generate: z.literal(true) }).meta({
  description: 'A fresh secret (whsec_ and 32 random bytes in base64), shown once, in the answer to this request',
});

export const signingWishSchema = z
  .union([ownSecretSchema, generatedSchema])
  .meta({ id: 'SigningSecretWish', description: 'The secret that signs requests: your own, or a generated one' });

export type SigningWish = z.output<typeof signingWishSchema>;

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
    secret: signingWishSchema.optional(),
    headers: headersSchema.default({}),
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
    credentials: credentialsSchema.optional().describe("All of the format's credentials anew"),
    headers: headersSchema.nullable().optional().describe('All headers anew; null or {} removes them'),
    secret: signingWishSchema
      .nullable()
      .optional()
      .describe('Only beside a URL of another origin, which needs the signing secret anew; null removes it'),
  })
  .refine((change) => Object.keys(change).length > 0, 'Name at least one thing to change.')
  .meta({
    id: 'ChangeRequest',
    description:
      'What is left out stays. A URL of another origin needs the signing secret, headers and credentials that the webhook has given anew or dropped, so that nobody can have them sent elsewhere.',
    examples: [{ name: 'SIEM, Frankfurt' }],
  });

export type ChangeRequest = z.output<typeof changeRequestSchema>;

export const alertRuleSchema = z
  .strictObject({
    enabled: z.boolean().describe('Whether findings are sent at all'),
    minSeverity: z.enum(SEVERITY_LEVELS).describe('Findings of this level and above are sent'),
  })
  .meta({ id: 'AlertRule', examples: [{ enabled: true, minSeverity: 'high' }] });

export const rotateRequestSchema = z
  .strictObject({
    secret: signingWishSchema,
    overlapSeconds: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .default(DEFAULT_OVERLAP_SECONDS)
      .describe('How long the secret before it signs beside it, in seconds; 0 for not at all'),
  })
  .meta({ id: 'RotateRequest', examples: [{ secret: { generate: true }, overlapSeconds: 86_400 }] });

export type RotateRequest = z.output<typeof rotateRequestSchema>;

export const bulkRetryRequestSchema = z
  .strictObject({
    status: z.enum(['failed', 'held']).describe('Which deliveries'),
    since: z.iso.datetime({ offset: true }).optional().describe('Failed or held at this instant or later'),
    until: z.iso.datetime({ offset: true }).optional().describe('Failed or held before this instant'),
    cursor: z.string().max(512).optional().describe('`nextCursor` of the call before'),
  })
  .meta({ id: 'BulkRetryRequest', examples: [{ status: 'failed', since: '2026-11-23T00:00:00Z' }] });

export type BulkRetryRequest = z.output<typeof bulkRetryRequestSchema>;
