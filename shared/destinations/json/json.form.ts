/** What a tenant fills in for the generic format: the URL, and nothing else. */
import type { DestinationForm } from '../form.ts';
import { WEBHOOKS_OF_VENDORS } from '../vendor-webhooks.ts';

export const form: DestinationForm = {
  id: 'json',
  title: 'Webhook (JSON)',
  summary: 'Posts each finding as signed JSON to any HTTPS receiver of your own.',
  use: 'own',
  url: {
    label: 'URL',
    help: 'Where your receiver takes POST requests.',
    example: 'https://hooks.example.com/thalian',
  },
  wrongUrls: WEBHOOKS_OF_VENDORS,
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
  takesAccessToken: true,
  takesChallenge: true,
};
