/** What signs requests: the signing secret, its rotation, and the Ed25519 keys. */
import * as z from 'zod';
import { DEFAULT_OVERLAP_SECONDS } from '../webhook/signing-secrets.ts';

export const MAX_OVERLAP_SECONDS = 7 * 24 * 60 * 60;

const ownSecretSchema = z.string().meta({
  description:
    'A secret of your own: printable ASCII characters without spaces. What follows the prefix whsec_ must be base64.',
  minLength: 16,
  maxLength: 256,
  pattern: '^[\\x21-\\x7e]+$',
  examples: ['correct-horse-battery-staple'],
});

const POSSIBLE_SECRETS = 'a secret of your own as a text, or {"generate": true} for a fresh one';

const onlyTrue = z.literal(true, { error: `Give ${POSSIBLE_SECRETS}.` }).describe('Nothing else can be said');

const generatedSchema = z.strictObject({ generate: onlyTrue }).meta({
  description: 'A fresh secret (whsec_ and 32 random bytes in base64), shown once, in the response to this request',
  examples: [{ generate: true }],
});

export const signingRequestSchema = z
  .union([ownSecretSchema, generatedSchema], {
    error: ({ input }) => `This ${input === undefined ? 'is required:' : 'must be'} ${POSSIBLE_SECRETS}.`,
  })
  .meta({ id: 'SigningSecretRequest', description: 'The secret that signs requests: your own, or a generated one' });

export type SigningRequest = z.output<typeof signingRequestSchema>;

const overlapSeconds = z.int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS);

export const rotateRequestSchema = z
  .strictObject({
    secret: signingRequestSchema,
    overlapSeconds: overlapSeconds.describe(
      'How long the secret before it signs beside it, in seconds; 0 ends the overlap of every earlier secret',
    ),
  })
  .meta({
    id: 'RotateRequest',
    description: 'The next signing secret, or the first',
    examples: [{ secret: { generate: true }, overlapSeconds: 86_400 }],
  });

export type RotateRequest = z.output<typeof rotateRequestSchema>;

export const keyRequestSchema = z
  .strictObject({
    overlapSeconds: overlapSeconds.describe(
      'How long the key before it signs beside it, in seconds; 0 ends the overlap of every earlier key',
    ),
  })
  .meta({
    id: 'KeyRequest',
    description: 'The next Ed25519 key, or the first: the service makes it',
    examples: [{ overlapSeconds: 86_400 }],
  });

export type KeyRequest = z.output<typeof keyRequestSchema>;
