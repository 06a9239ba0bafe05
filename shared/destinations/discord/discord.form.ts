/** What a tenant fills in for Discord: the webhook's URL, which is itself the credential. */

import type { DestinationForm } from '../form.ts';
import { FORUM } from './discord.ts';

export const form: DestinationForm = {
  id: 'discord',
  title: 'Discord',
  summary: 'Posts each finding as a message to a Discord channel.',
  use: 'chat',
  url: {
    label: 'Webhook URL',
    help: 'The URL of a webhook of the channel, with ?thread_id=… for a thread in it. It lets anyone post, so it is kept as a secret.',
    example: 'https://discord.com/api/webhooks/000000000000000000/XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
  },
  wrongUrls: [
    {
      example: 'https://discord.com/channels/1/2',
      at: '^(([^/]+\\.)?discord(app)?\\.com/(channels|invite|app)\\b|discord\\.gg/)',
      refusal:
        'This is a page of Discord, such as that of a channel. Paste the URL of a webhook: Edit channel, Integrations, Webhooks, Copy Webhook URL.',
    },
    {
      example: 'https://discord.com/api/webhooks/1/token/slack',
      at: '^[^?]*/api/(v\\d+/)?webhooks/\\d+/[^/?]+/(slack|github)/?(\\?|$)',
      refusal: 'This variant takes messages of another service. Leave out /slack or /github at the end.',
    },
    {
      example: 'https://discord.com/api/webhooks/1',
      at: '^([^/]+\\.)?discord(app)?\\.com/(?!api/(v\\d+/)?webhooks/\\d+/[^/?]+/?(\\?|$))',
      refusal:
        'This URL is not complete. The URL of a webhook begins with https://discord.com/api/webhooks/ and goes on with a number and a token.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [
    {
      kind: 'choice',
      name: 'postTo',
      label: 'Post to',
      help: 'Forum and media channels take no messages, only posts: each finding then opens one.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: 'channel', label: 'Text channel or thread' },
        { value: FORUM, label: 'Forum or media channel' },
      ],
      default: 'channel',
    },
  ],
  credentials: [],
};
