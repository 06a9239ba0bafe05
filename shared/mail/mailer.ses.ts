/**
 * Mails by Amazon SES, which makes the MIME parts and signs by DKIM. Whatever it refuses, the mail stays on its queue: SES says the
 * same of an address that it does not like and of a sender that is not verified any more.
 */
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { Mailer } from './mailer.port.ts';

export interface SesSender {
  /** The address alone: IAM compares it. */
  readonly from: string;
  readonly configurationSet?: string | undefined;
}

const SENDER_NAME = 'Thalian Webhooks';
const UTF_8 = { Charset: 'UTF-8' };

export function createSesMailer(client: SESv2Client, { from, configurationSet }: SesSender): Mailer {
  return {
    async send({ to, subject, text, html, headers }) {
      const command = new SendEmailCommand({
        FromEmailAddress: `${SENDER_NAME} <${from}>`,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: subject, ...UTF_8 },
            Body: { Text: { Data: text, ...UTF_8 }, Html: { Data: html, ...UTF_8 } },
            Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
          },
        },
        ConfigurationSetName: configurationSet,
      });
      await client.send(command).catch((cause: unknown) => {
        throw new DependencyUnavailable('mail-service', 'take a mail', cause);
      });
    },
  };
}
