/** What a tenant fills in for Cortex XSOAR. */

import type { DestinationForm } from '../form.ts';
import { DROPS_DUPLICATES } from './xsoar.ts';

export const form: DestinationForm = {
  id: 'xsoar',
  title: 'Cortex XSOAR',
  summary: 'Opens an incident in Palo Alto Cortex XSOAR for each finding, through its Generic Webhook integration.',
  use: 'soar',
  url: {
    label: 'Integration URL',
    help: 'The URL of the instance of the Generic Webhook integration, reachable from the internet.',
    example: 'https://ext-acme.crtx.eu.paloaltonetworks.com/xsoar/instance/execute/thalian',
  },
  wrongUrls: [
    {
      example: 'https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event',
      at: '/logs/v1/event',
      refusal:
        'This is the HTTP collector of XSIAM, which makes no incident. For the collector choose the format Webhook (JSON).',
    },
    {
      example: 'https://api-acme.crtx.eu.paloaltonetworks.com/xsoar/public/v1/incident',
      at: '^(api-[^/]+\\.paloaltonetworks\\.com/|[^?]*/xsoar/public/)',
      refusal:
        'This is the REST API, which takes another request. Paste the URL of an instance of the Generic Webhook integration, with /instance/execute/ in it.',
    },
    {
      example: 'https://acme.crtx.eu.paloaltonetworks.com/incidents',
      at: '^[^/]+\\.paloaltonetworks\\.com/(?!([^?]+/)?instance/execute/[^/?])',
      refusal:
        'This is a page of Cortex. Paste the URL of an instance of the Generic Webhook integration, with /instance/execute/ in it.',
    },
  ],
  defaultMinSeverity: 'medium',
  options: [
    {
      kind: 'text',
      name: 'incidentType',
      label: 'Incident type',
      help: 'The type of the incidents; without it the one set in the instance.',
      required: false,
      maxCharacters: 255,
    },
    {
      kind: 'choice',
      name: 'duplicationKey',
      label: 'Duplication key',
      help: 'What is set as the duplication key of the instance. With deliveryId XSOAR drops repeats, and its empty response then counts as delivered.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: 'none', label: 'Not set' },
        { value: DROPS_DUPLICATES, label: 'deliveryId' },
      ],
      default: 'none',
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'username',
      label: 'User name',
      help: 'As set in the instance; _header:Name for one that compares a header.',
      required: true,
      maxCharacters: 255,
      pattern: {
        source: '_header:[A-Za-z0-9\\-]+|[^:]+',
        refusal: 'User name must not contain a colon, unless it is _header: and the name of a header.',
      },
    },
    {
      kind: 'text',
      name: 'password',
      label: 'Password',
      help: 'As set in the instance.',
      required: true,
      maxCharacters: 1_024,
    },
  ],
};
