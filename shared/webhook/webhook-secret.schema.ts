/** The JSON value that Secrets Manager keeps for a webhook. */
import * as z from 'zod';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { WebhookSecret } from './webhook.ts';

const secretSchema = z.object({
  signing: z
    .object({
      current: z.string().min(1),
      previous: z.string().min(1).exactOptional(),
      previousUntil: z.number().exactOptional(),
    })
    .exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  credentials: z.record(z.string(), z.string()).exactOptional(),
  url: z.string().exactOptional(),
});

export function serializeWebhookSecret(secret: WebhookSecret): string {
  return JSON.stringify(secret);
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
  return { kind: 'parsed', secret: parsed.data };
}
