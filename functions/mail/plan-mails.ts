/** An event of ours that says how a webhook fares: one message for each address that gets its notices, or none. */
import { noticeWords } from '../../shared/attempt/notice-finding.ts';
import type { TroubleEvent } from '../../shared/delivery/announced-event.schema.ts';
import { takeNotice } from '../../shared/delivery/take-notice.flow.ts';
import { nameInMail } from '../../shared/mail/mail-words.ts';
import { recipientsOf } from '../../shared/mail/notice-address.ts';
import type { MailDependencies } from './dependencies.ts';

export async function planMails(deps: MailDependencies, event: TroubleEvent): Promise<void> {
  const { tenantId, webhookId } = event;
  const recipients = async () => recipientsOf(await deps.addresses.find(tenantId), webhookId);
  // Most tenants have no address: then this look is all that it costs.
  if ((await recipients()).length === 0) {
    return;
  }
  const taken = await takeNotice(deps, event, {
    async look() {
      const webhook = await deps.webhooks.find(tenantId, webhookId);
      const to = await recipients();
      return webhook && to.length > 0 ? { webhook, to } : undefined;
    },
  });
  if (taken === undefined) {
    return;
  }
  const { mark, found, attempt } = taken;
  const webhook = { ...found.webhook, name: nameInMail(found.webhook.name) };
  const words = noticeWords({ kind: mark.kind, webhook, attempt });
  const messages = found.to.map(
    ({ addressId }) => ({ kind: 'notice', tenantId, addressId, webhookId, words }) as const,
  );
  await deps.mails.enqueueMails(tenantId, messages);
  deps.telemetry.warn('notice.planned', { tenantId, webhookId, kind: mark.kind, mails: messages.length });
}
