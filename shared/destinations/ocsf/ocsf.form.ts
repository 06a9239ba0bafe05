/** What a tenant fills in for a receiver of OCSF events: the URL, and nothing else. */
import type { DestinationForm } from '../form.ts';
import { WEBHOOKS_OF_VENDORS } from '../vendor-webhooks.ts';

export const form: DestinationForm = {
  id: 'ocsf',
  title: 'OCSF',
  summary: 'Sends each finding as an OCSF 1.8 Detection Finding, for security data lakes and SIEMs.',
  use: 'own',
  url: {
    label: 'URL',
    help: 'Where your collector takes one JSON event per request. Authentication goes into a header of your own, or is an access token.',
    example: 'https://collector.example.com/ocsf',
  },
  wrongUrls: WEBHOOKS_OF_VENDORS,
  defaultMinSeverity: 'info',
  options: [],
  credentials: [],
  takesAccessToken: true,
  takesChallenge: true,
};
