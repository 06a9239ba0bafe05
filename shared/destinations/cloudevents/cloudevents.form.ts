/** What a tenant fills in for a receiver of CloudEvents. */

import type { DestinationForm } from '../form.ts';
import { WEBHOOKS_OF_VENDORS } from '../vendor-webhooks.ts';
import { DEFAULT_SOURCE } from './cloudevents.ts';

export const form: DestinationForm = {
  id: 'cloudevents',
  title: 'CloudEvents',
  summary: 'Sends each finding as a structured CloudEvent 1.0, for event brokers and serverless platforms.',
  use: 'own',
  url: {
    label: 'Sink URL',
    help: 'Where the broker takes structured events over HTTP. Authentication goes into a header of your own, or is an access token.',
    example: 'https://broker.example.com/acme/default',
  },
  wrongUrls: WEBHOOKS_OF_VENDORS,
  defaultMinSeverity: 'info',
  options: [
    {
      kind: 'text',
      name: 'source',
      label: 'Source',
      help: 'The source attribute of every event, a URI reference that your triggers may filter by.',
      required: false,
      maxCharacters: 255,
      pattern: {
        source: "(?:[A-Za-z0-9\\-._~:\\/?#@!$&'*+,;=]|%[0-9A-Fa-f]{2})+",
        refusal: 'Source must be a URI or a part of one, such as urn:thalian:findings.',
      },
      default: DEFAULT_SOURCE,
    },
  ],
  credentials: [],
  takesAccessToken: true,
  takesChallenge: true,
};
