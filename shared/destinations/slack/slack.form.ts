/** What a tenant fills in for Slack: the incoming webhook's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'slack',
  title: 'Slack',
  summary: 'Posts each finding as a message to a Slack channel.',
  use: 'chat',
  url: {
    label: 'Webhook URL',
    help: 'The URL of an incoming webhook of your Slack app. It lets anyone post, so it is kept as a secret.',
    example: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  },
  wrongUrls: [
    {
      example: 'https://app.slack.com/client/T000/C000',
      at: '^(?!hooks\\.)([^/]+\\.)?slack\\.com/',
      refusal:
        'This is a page of Slack, such as that of a channel. The URL of an incoming webhook begins with https://hooks.slack.com/services/ and goes on with three parts.',
    },
    {
      example: 'https://hooks.slack.com/triggers/T000/1/abc',
      at: '^hooks\\.slack\\.com/(triggers|workflows)/',
      refusal:
        'This URL starts a workflow, which posts only what its own variables say. The URL of an incoming webhook begins with https://hooks.slack.com/services/ and goes on with three parts.',
    },
    {
      example: 'https://hooks.slack.com/services/T000',
      at: '^hooks\\.slack\\.com/(?!services/[^/]+/[^/]+/[^/]+$)',
      refusal:
        'This URL is not complete. The URL of an incoming webhook begins with https://hooks.slack.com/services/ and goes on with three parts.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
