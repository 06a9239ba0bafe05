/** What a tenant fills in for Google Chat: the webhook's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'google-chat',
  title: 'Google Chat',
  summary: 'Posts each finding as a card to a Google Chat space.',
  url: {
    label: 'Webhook URL',
    help: 'The URL of a webhook of the space, exactly as copied. It lets anyone post, so it is kept as a secret.',
    example: 'https://chat.googleapis.com/v1/spaces/AAAAAAAAAAA/messages?key=XXXXXXXX&token=XXXXXXXX',
  },
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
