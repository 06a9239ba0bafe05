/** What a tenant fills in for Splunk's HTTP Event Collector. */

import type { DestinationForm } from '../form.ts';
import { DEFAULT_SOURCE, DEFAULT_SOURCETYPE } from './splunk-hec.ts';

export const form: DestinationForm = {
  id: 'splunk-hec',
  title: 'Splunk',
  summary: 'Sends each finding as an event to the HTTP Event Collector of Splunk Enterprise or Splunk Cloud.',
  use: 'siem',
  url: {
    label: 'Collector URL',
    help: 'Scheme, host and port of the HTTP Event Collector; without a path, /services/collector/event is taken.',
    example: 'https://http-inputs-acme.splunkcloud.com:443',
  },
  wrongUrls: [
    {
      example: 'https://splunk.example.com:8088/services/collector/raw',
      at: '/services/collector/raw(/|\\?|$)',
      refusal:
        'This endpoint stores the whole request as one text. Leave out the path, or paste /services/collector/event.',
    },
    {
      example: 'https://splunk.example.com:8088/services/collector/health',
      at: '/services/collector/(health|ack|mint|s2s)(/|\\?|$)',
      refusal: 'This endpoint takes no events. Leave out the path, or paste /services/collector/event.',
    },
    {
      example: 'https://splunk.example.com:8000/en-US/app/search/search',
      at: '^([^/]+:8000/|[^?]*/(en-US|en-GB|[a-z]{2}-[A-Z]{2})/(app|account|manager)\\b)',
      refusal:
        'This is Splunk Web. Paste the address of the HTTP Event Collector: usually port 8088, on Splunk Cloud https://http-inputs-, the name of your stack and .splunkcloud.com.',
    },
    {
      example: 'https://splunk.example.com:8089',
      at: '^[^/]+:8089/',
      refusal:
        'This is the management port of Splunk. Paste the address of the HTTP Event Collector: usually port 8088, on Splunk Cloud https://http-inputs-, the name of your stack and .splunkcloud.com.',
    },
    {
      example: 'https://acme.splunkcloud.com',
      at: '^(?!http-inputs|inputs\\.)[^/:]+\\.splunkcloud\\.com/',
      refusal:
        'This is Splunk Web of Splunk Cloud. Paste the address of the HTTP Event Collector: usually port 8088, on Splunk Cloud https://http-inputs-, the name of your stack and .splunkcloud.com.',
    },
  ],
  defaultMinSeverity: 'info',
  options: [
    {
      kind: 'text',
      name: 'index',
      label: 'Index',
      help: 'The index to write to; without it the default index of the token. The token must allow it.',
      required: false,
      maxCharacters: 255,
      pattern: {
        source: '[a-z0-9][a-z0-9_\\-]*',
        refusal: 'Index must be lower-case letters, digits, underscores and hyphens, and begin with a letter or digit.',
      },
      example: 'security',
    },
    {
      kind: 'text',
      name: 'sourcetype',
      label: 'Source type',
      help: 'What your searches and field extractions go by.',
      required: false,
      maxCharacters: 255,
      default: DEFAULT_SOURCETYPE,
    },
    {
      kind: 'text',
      name: 'source',
      label: 'Source',
      help: 'The source field of the event.',
      required: false,
      maxCharacters: 255,
      default: DEFAULT_SOURCE,
    },
    {
      kind: 'text',
      name: 'host',
      label: 'Host',
      help: 'The host field of the event; without it Splunk puts its own.',
      required: false,
      maxCharacters: 255,
    },
    {
      kind: 'text',
      name: 'channel',
      label: 'Request channel',
      help: 'Any GUID, for a token with indexer acknowledgement, which takes no event without a channel.',
      required: false,
      maxCharacters: 36,
      pattern: {
        source: '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
        refusal: 'Request channel must be a GUID.',
      },
      example: '6c8a1f0e-3b7d-4a51-9f02-5d1f6a7b8c90',
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'token',
      label: 'HEC token',
      help: 'The token value of the collector input.',
      required: true,
      maxCharacters: 255,
      pattern: {
        source: '[A-Za-z0-9_\\-]+',
        refusal: 'HEC token must be letters, digits, hyphens and underscores only, without the word Splunk.',
      },
      example: '00000000-0000-0000-0000-000000000000',
    },
  ],
};
