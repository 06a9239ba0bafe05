/** What a tenant fills in for Slack: the incoming webhook's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'slack',
  title: 'Slack',
  summary: 'Posts each finding as a message to a Slack channel.',
  url: {
    label: 'Webhook URL',
    help: 'The URL of an incoming webhook of your Slack app. It lets anyone post, so it is kept as a secret.',
    example: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  },
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
