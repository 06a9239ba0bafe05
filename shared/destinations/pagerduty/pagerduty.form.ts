/** What a tenant fills in for PagerDuty. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'pagerduty',
  title: 'PagerDuty',
  summary: 'Triggers a PagerDuty alert for each finding.',
  use: 'chat',
  url: {
    label: 'Events API URL',
    help: 'The Events API v2 of your service region; without a path, /v2/enqueue is taken.',
    example: 'https://events.pagerduty.com/v2/enqueue',
  },
  wrongUrls: [
    {
      example: 'https://acme.pagerduty.com/service-directory/P000',
      at: '^(?!events\\.)([^/]+\\.)?pagerduty\\.com/',
      refusal:
        'This is a page or another API of PagerDuty. Paste https://events.pagerduty.com, in the EU service region https://events.eu.pagerduty.com: the integration key has a field of its own.',
    },
    {
      example: 'https://events.pagerduty.com/v2/change/enqueue',
      at: '^events\\.(eu\\.)?pagerduty\\.com/v2/change/',
      refusal:
        'This endpoint records changes and alerts no one. Paste https://events.pagerduty.com, in the EU service region https://events.eu.pagerduty.com: the integration key has a field of its own.',
    },
    {
      example: 'https://events.pagerduty.com/integration/0123/enqueue',
      at: '^events\\.(eu\\.)?pagerduty\\.com/(?!(v2/enqueue/?)?(\\?|$))',
      refusal:
        'This endpoint takes other events than those of the Events API v2. Paste https://events.pagerduty.com, in the EU service region https://events.eu.pagerduty.com: the integration key has a field of its own.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [],
  credentials: [
    {
      kind: 'text',
      name: 'routingKey',
      label: 'Integration key',
      help: 'The key of an Events API v2 integration on the service that is to be alerted.',
      required: true,
      maxCharacters: 32,
      pattern: { source: '[A-Za-z0-9]{32}', refusal: 'Integration key must be 32 letters and digits.' },
      example: '0123456789abcdef0123456789abcdef',
    },
  ],
};
