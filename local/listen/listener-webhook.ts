/** The webhook of `npm run listen`: connected by the API as an admin of the tenant would, and deleted at the end. */
import * as z from 'zod';
import { changedWebhookSchema } from '../../shared/api/webhook-responses.schema.ts';
import type { StackDescription } from '../stack-file.ts';

export interface ListenerWebhook {
  readonly webhookId: string;
  /** Of a system that has ended there is nothing to delete. */
  remove(): Promise<void>;
}

/** A local system responds at once; a busy machine takes a while. */
const RESPONSE_WITHIN_MILLIS = 20_000;
const REMOVED_WITHIN_MILLIS = 2_000;

const problemSchema = z.object({ detail: z.string().default('') });

/** Signed with `secret`, alerts on for every finding. */
export async function connectListener(
  { apiUrl }: Pick<StackDescription, 'apiUrl'>,
  token: string,
  url: string,
  secret: string,
): Promise<ListenerWebhook> {
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(method === 'DELETE' ? REMOVED_WITHIN_MILLIS : RESPONSE_WITHIN_MILLIS),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`The local system does not take the webhook: ${problemSchema.parse(JSON.parse(text)).detail}`);
    }
    return text;
  };
  const request = { name: 'npm run listen', url, secret };
  const connected = changedWebhookSchema.parse(JSON.parse(await call('POST', '/v1/webhooks', request)));
  const path = `/v1/webhooks/${connected.id}`;
  await call('PUT', `${path}/alerts`, { enabled: true, minSeverity: 'info' });
  return {
    webhookId: connected.id,
    async remove() {
      await call('DELETE', path).catch(() => {});
    },
  };
}
