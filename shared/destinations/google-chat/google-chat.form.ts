/** What a tenant fills in for Google Chat: the webhook's URL, which is itself the credential. */
import type { FormatContract } from '../form.ts';

export const googleChatContract: FormatContract = {
  id: 'google-chat',
  title: 'Google Chat',
  summary: 'Posts each finding as a card to a Google Chat space.',
  url: {
    label: 'Webhook URL',
    help: 'The URL of a webhook of the space, exactly as copied. Whoever knows it can post, so it is kept as a secret.',
    example: 'https://chat.googleapis.com/v1/spaces/AAAAAAAAAAA/messages?key=XXXXXXXX&token=XXXXXXXX',
  },
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
