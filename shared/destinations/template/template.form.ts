/** What a tenant fills in for a body of its own: the URL and the template. */
import type { DestinationForm } from '../form.ts';
import { WEBHOOKS_OF_VENDORS } from '../vendor-webhooks.ts';
import { TEMPLATE_BOUNDS } from './compile-template.ts';

const EXAMPLE = `{
  "summary": "[{{ severity.level | upcase }}] {{ title | truncate: 200 }}",
  "description": "{{ description | default: 'No description.' }}\\n\\nWhat to do: {{ remediation.summary }}",
  "labels": ["thalian", "{{ platform }}"],
  "priority": { "$switch": "severity.level", "cases": { "critical": 1, "high": 2 }, "else": 3 },
  "link": { "$if": "url", "then": "{{ url }}" },
  "externalId": "{{ id }}",
  "delivery": "{{ delivery.id }}"
}
`;

export const form: DestinationForm = {
  id: 'template',
  title: 'Webhook (JSON template)',
  summary: 'Posts each finding as JSON that you design, for ticket systems and other platforms without a page here.',
  use: 'own',
  url: {
    label: 'URL',
    help: 'Where the platform takes POST requests. Its key or token is a header of this webhook, or an access token of OAuth.',
    example: 'https://api.example.com/v1/tickets',
  },
  wrongUrls: WEBHOOKS_OF_VENDORS,
  defaultMinSeverity: 'high',
  options: [
    {
      kind: 'template',
      name: 'body',
      label: 'Body',
      help: 'The JSON to send. {{ title }} and other placeholders stand for what the finding has.',
      required: true,
      maxCharacters: TEMPLATE_BOUNDS.bytes,
      example: EXAMPLE,
    },
  ],
  credentials: [],
  takesAccessToken: true,
};
