/** One batch of the mail queue: events of ours become messages, a message becomes one mail. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseAnnounced } from '../../shared/delivery/announced-event.schema.ts';
import { giveBack } from '../../shared/delivery/give-back.flow.ts';
import { parseMailMessage } from '../../shared/mail/mail-message.schema.ts';
import type { MailDependencies } from './dependencies.ts';
import { planMails } from './plan-mails.ts';
import { sendMail } from './send-mail.ts';

export function createHandler(deps: MailDependencies) {
  const { telemetry } = deps;
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const returned: SQSRecord[] = [];
    await Promise.all(
      event.Records.map(async (record) => {
        try {
          await handle(deps, record);
        } catch (error) {
          telemetry.fail('mail.returned', { messageId: record.messageId }, error);
          returned.push(record);
        }
      }),
    );
    return giveBack(
      deps,
      returned.map((record) => ({ record })),
    );
  };
}

async function handle(deps: MailDependencies, { body, messageId }: SQSRecord): Promise<void> {
  const announced = parseAnnounced(body);
  if (announced?.kind === 'trouble') {
    await planMails(deps, announced.event);
  }
  // What cannot be read of our own events, `dispatch` sets aside.
  if (announced !== undefined) {
    return;
  }
  const parsed = parseMailMessage(body);
  if (parsed.kind === 'rejected') {
    await deps.rejected.put(body, parsed.reason);
    deps.telemetry.count('mail.poisoned');
    deps.telemetry.warn('mail.poisoned', { messageId, reason: parsed.reason });
    return;
  }
  await sendMail(deps, parsed.message);
}
