/** What a tenant fills in for Torq: the URL. The integration's authentication header is one of the webhook's own. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'torq',
  title: 'Torq',
  summary: 'Starts Torq workflows with each finding through a webhook integration.',
  use: 'soar',
  url: {
    label: 'Webhook URL',
    help: 'The URL of a webhook integration or of one workflow on it. If the integration has an authentication header, add it to the headers of this webhook.',
    example: 'https://hooks.torq.io/v1/webhooks/00000000-0000-0000-0000-000000000000',
  },
  wrongUrls: [
    {
      example: 'https://app.torq.io/workflows/1',
      at: '^app\\.([^/]+\\.)?torq\\.io/',
      refusal: 'This is a page of Torq. Paste the URL of a webhook integration, which begins with https://hooks.',
    },
  ],
  defaultMinSeverity: 'medium',
  options: [],
  credentials: [],
};
