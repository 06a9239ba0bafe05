/** The messages of the mail queue, written and parsed. */
import * as z from 'zod';
import { tenantIdText, webhookIdText } from '../runtime/ids.schema.ts';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import type { MailMessage } from './mail-message.ts';

const noticeSchema = z.object({
  kind: z.literal('notice'),
  tenantId: tenantIdText,
  addressId: z.string(),
  webhookId: webhookIdText,
  words: z.object({ title: z.string(), description: z.string(), remedy: z.string() }),
});

const confirmationSchema = z.object({
  kind: z.literal('confirmation'),
  tenantId: tenantIdText,
  addressId: z.string(),
  addedAt: z.number(),
  askedAt: z.number(),
});

/** Inside a member of its own, so that it is told from an event of ours, which comes by the same queue. */
const ofKind = {
  notice: z.object({ mail: noticeSchema }),
  confirmation: z.object({ mail: confirmationSchema }),
};
const kindSchema = z.object({ mail: z.object({ kind: z.enum(['notice', 'confirmation']) }) });

export function serializeMailMessage(message: MailMessage): string {
  return JSON.stringify({ mail: message });
}

export function parseMailMessage(body: string): { readonly kind: 'parsed'; readonly message: MailMessage } | Rejected {
  const json = parseJson(body);
  if (json.kind === 'rejected') {
    return json;
  }
  const outer = kindSchema.safeParse(json.value);
  if (!outer.success) {
    return rejection(outer.error);
  }
  const parsed = ofKind[outer.data.mail.kind].safeParse(json.value);
  return parsed.success ? { kind: 'parsed', message: parsed.data.mail } : rejection(parsed.error);
}
