/** The JSON value that Secrets Manager keeps for a webhook. */
import * as z from 'zod';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { SigningSecrets } from './signing-secrets.ts';
import type { WebhookSecret } from './webhook.ts';

const rotatedSchema = z.object({ secret: z.string().min(1), until: z.number() });

const secretSchema = z.object({
  signing: z
    .object({
      current: z.string().min(1),
      previous: z.string().min(1).exactOptional(),
      previousUntil: z.number().exactOptional(),
      older: z.array(rotatedSchema).exactOptional(),
    })
    .exactOptional(),
  /** Version 6493d20 reads over it, and drops it when it writes. */
  signingKeys: z
    .object({ current: z.string().min(1), previous: z.array(rotatedSchema).exactOptional() })
    .exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  credentials: z.record(z.string(), z.string()).exactOptional(),
  url: z.string().exactOptional(),
  /** Versions before it read over it, and drop it when they write. */
  clientSecret: z.string().min(1).exactOptional(),
});

export function serializeWebhookSecret({ signing, ...rest }: WebhookSecret): string {
  return JSON.stringify({ ...(signing && { signing: toStoredSigning(signing) }), ...rest });
}

export function parseWebhookSecret(
  text: string,
): { readonly kind: 'parsed'; readonly secret: WebhookSecret } | Rejected {
  const json = parseJson(text);
  if (json.kind === 'rejected') {
    return json;
  }
  const parsed = secretSchema.safeParse(json.value);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { signing, ...rest } = parsed.data;
  return { kind: 'parsed', secret: { ...(signing && { signing: toSigning(signing) }), ...rest } };
}

type StoredSigning = NonNullable<z.output<typeof secretSchema>['signing']>;

/** Version 6493d20 knows one previous secret: it reads the newest, and signs with two of three during a rollback. */
function toStoredSigning({ current, previous: [newest, ...older] = [] }: SigningSecrets): StoredSigning {
  return {
    current,
    ...(newest && { previous: newest.secret, previousUntil: newest.until }),
    ...(older.length > 0 && { older }),
  };
}

function toSigning({ current, previous, previousUntil, older = [] }: StoredSigning): SigningSecrets {
  return previous === undefined || previousUntil === undefined
    ? { current }
    : { current, previous: [{ secret: previous, until: previousUntil }, ...older] };
}
