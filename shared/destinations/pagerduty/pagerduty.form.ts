/** What a tenant fills in for PagerDuty. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'pagerduty',
  title: 'PagerDuty',
  summary: 'Triggers a PagerDuty alert for each finding.',
  url: {
    label: 'Events API URL',
    help: 'The Events API v2 of your service region; without a path, /v2/enqueue is taken.',
    example: 'https://events.pagerduty.com/v2/enqueue',
  },
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
