/** What a tenant fills in for Google Chat: the webhook's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';
import { FINDING } from './google-chat.ts';

export const form: DestinationForm = {
  id: 'google-chat',
  title: 'Google Chat',
  summary: 'Posts each finding as a card to a Google Chat space.',
  use: 'chat',
  url: {
    label: 'Webhook URL',
    help: 'The URL of a webhook of the space, exactly as copied. It lets anyone post, so it is kept as a secret.',
    example: 'https://chat.googleapis.com/v1/spaces/AAAAAAAAAAA/messages?key=XXXXXXXX&token=XXXXXXXX',
  },
  wrongUrls: [
    {
      example: 'https://mail.google.com/chat/u/0/#chat/space/AAAA',
      at: '^(mail|chat|workspace)\\.google\\.com/',
      refusal:
        'This is a page of Google Chat. Paste the URL of a webhook: in the space, Apps & integrations, Webhooks.',
    },
    {
      example: 'https://chat.googleapis.com/v1/spaces/AAAA/messages',
      at: '^chat\\.googleapis\\.com/(?!v1/spaces/[^/]+/messages\\?(?=.*\\bkey=[^&])(?=.*\\btoken=[^&]))',
      refusal:
        'This URL is not complete. Copy it as a whole: it begins with https://chat.googleapis.com/v1/spaces/ and has a key and a token.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [
    {
      kind: 'choice',
      name: 'threads',
      label: 'Threads',
      help: 'Whether a finding that changed is posted into the thread of the finding.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: FINDING, label: 'One for each finding' },
        { value: 'url', label: 'As the URL says' },
      ],
      default: 'url',
    },
  ],
  credentials: [],
};
