/** Webhooks of vendors that have a format of their own and refuse every other body: wrong for a receiver of the customer's own. */
import type { WrongUrl } from './form.ts';

export const WEBHOOKS_OF_VENDORS: readonly WrongUrl[] = [
  {
    example: 'https://hooks.slack.com/services/T000/B000/XXXX',
    at: '^hooks\\.slack\\.com/services/',
    refusal: 'This is an incoming webhook of Slack, which refuses this body. Choose the format Slack.',
  },
  {
    example: 'https://discord.com/api/webhooks/1/token',
    at: '^([^/]+\\.)?discord(app)?\\.com/api/(v\\d+/)?webhooks/',
    refusal: 'This is a webhook of Discord, which refuses this body. Choose the format Discord.',
  },
  {
    example: 'https://chat.googleapis.com/v1/spaces/AAAA/messages?key=K&token=T',
    at: '^chat\\.googleapis\\.com/',
    refusal: 'This is a webhook of Google Chat, which refuses this body. Choose the format Google Chat.',
  },
  {
    example: 'https://acme.webhook.office.com/webhookb2/1',
    at: '^[^/]+\\.webhook\\.office\\.com/',
    refusal:
      'Microsoft has switched off the connectors of Office 365. Choose the format Microsoft Teams, with the URL of a workflow.',
  },
];
