/** What a tenant fills in for Elasticsearch, on Elastic Cloud or self-managed. */

import type { DestinationForm } from '../form.ts';
import { DEFAULT_INDEX, FINDING } from './elastic.ts';

export const form: DestinationForm = {
  id: 'elastic',
  title: 'Elastic',
  summary: 'Writes each finding as an ECS document into Elasticsearch, where Elastic Security raises alerts from it.',
  use: 'siem',
  url: {
    label: 'Elasticsearch URL',
    help: 'The Elasticsearch endpoint itself, neither Kibana nor an index.',
    example: 'https://acme.es.eu-west-1.aws.found.io:9243',
  },
  wrongUrls: [
    {
      example: 'https://acme.kb.eu-west-1.aws.found.io:9243',
      at: '^([^/]+\\.kb\\.[^/]+/|[^/]+:5601/|[^?]*/app/(home|security|discover|dashboards|management|kibana|integrations|observability)\\b)',
      refusal: 'This is Kibana. Paste the Elasticsearch endpoint: on Elastic Cloud it has .es. in its name.',
    },
    {
      example: 'https://cloud.elastic.co/deployments/1',
      at: '^cloud\\.elastic\\.co/',
      refusal:
        'This is a page of Elastic Cloud. Paste the Elasticsearch endpoint: on Elastic Cloud it has .es. in its name.',
    },
    {
      example: 'https://acme.fleet.eu-west-1.aws.found.io',
      at: '^[^/]+\\.(fleet|apm|ingest|ent)\\.[^/]+\\.(found\\.io|elastic-cloud\\.com|elastic\\.cloud)(:\\d+)?/',
      refusal:
        'This is another part of the Elastic Stack. Paste the Elasticsearch endpoint: on Elastic Cloud it has .es. in its name.',
    },
    {
      example: 'https://acme.es.eu-west-1.aws.found.io/logs-acme/_doc',
      at: '/(_bulk|_doc|_create|_search)(/|\\?|$)',
      refusal: 'Leave out the path: the data stream or index has a field of its own.',
    },
  ],
  defaultMinSeverity: 'info',
  options: [
    {
      kind: 'text',
      name: 'index',
      label: 'Data stream or index',
      help: 'Where documents are created. A data stream named logs-… is read by the prebuilt rule External Alerts.',
      required: false,
      maxCharacters: 255,
      pattern: {
        source: '[a-z0-9][a-z0-9._\\-]*',
        refusal:
          'Data stream or index must be lower-case letters, digits, dots, underscores and hyphens, and begin with a letter or digit.',
      },
      default: DEFAULT_INDEX,
    },
    {
      kind: 'choice',
      name: 'documentPer',
      label: 'One document for each',
      help: 'In an index that is no data stream a finding can have one document, which is replaced when the finding changes. A data stream takes deliveries only.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: FINDING, label: 'Finding' },
        { value: 'delivery', label: 'Delivery' },
      ],
      default: 'delivery',
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'apiKey',
      label: 'API key',
      help: 'The encoded form of a key with the privileges auto_configure and create_doc on the data stream.',
      required: true,
      maxCharacters: 1_024,
      pattern: {
        source: '[A-Za-z0-9+\\/_=\\-]+',
        refusal: 'API key must be the encoded (base64) form, in one piece.',
      },
      example: 'VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==',
    },
  ],
};
