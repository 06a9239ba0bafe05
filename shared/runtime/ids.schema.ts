/** Ids as texts of JSON: an id that is none is refused in words. */
import * as z from 'zod';
import { parseDeliveryId, parseTenantId, parseWebhookId } from './ids.ts';

export const tenantIdText = z.string().transform(orIssue(parseTenantId, 'not a tenant id'));
export const webhookIdText = z.string().transform(orIssue(parseWebhookId, 'not a webhook id'));
export const deliveryIdText = z.string().transform(orIssue(parseDeliveryId, 'not a delivery id'));

function orIssue<Id extends string>(parse: (text: string) => Id | undefined, message: string) {
  return (text: string, context: z.RefinementCtx): Id => {
    const id = parse(text);
    if (id === undefined) {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return id;
  };
}
