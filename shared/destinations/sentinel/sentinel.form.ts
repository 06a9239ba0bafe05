/** What a tenant fills in for Microsoft Sentinel by the Logs Ingestion API. */

import type { DestinationForm } from '../form.ts';
import { CLOUD_NAMES, DEFAULT_CLOUD, DEFAULT_STREAM } from './sentinel.ts';

const CLOUD_LABELS: Readonly<Record<string, string>> = {
  public: 'Azure',
  'us-government': 'Azure US Government',
  china: 'Azure operated by 21Vianet',
};

const GUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';

export const form: DestinationForm = {
  id: 'sentinel',
  title: 'Microsoft Sentinel',
  summary: 'Writes each finding into a table of Microsoft Sentinel through the Logs Ingestion API.',
  use: 'siem',
  url: {
    label: 'Logs ingestion endpoint',
    help: 'The endpoint of the data collection rule (kind Direct) or of its data collection endpoint, without a path.',
    example: 'https://thalian-a1b2.westeurope-1.ingest.monitor.azure.com',
  },
  wrongUrls: [
    {
      example: 'https://portal.azure.com/#view/Microsoft_Azure_Security_Insights',
      at: '^(portal\\.azure\\.(com|us|cn)|security\\.microsoft\\.com)/',
      refusal:
        'This is a page of a portal. Paste the logs ingestion endpoint of the data collection rule, which ends with .ingest.monitor.azure.com.',
    },
    {
      example: 'https://thalian-a1b2.westeurope-1.handler.control.monitor.azure.com',
      at: '^[^/]+\\.handler\\.control\\.monitor\\.azure\\.(com|us|cn)/',
      refusal:
        'This endpoint is for the configuration of agents. Paste the logs ingestion endpoint of the data collection rule, which ends with .ingest.monitor.azure.com.',
    },
    {
      example: 'https://thalian-a1b2.westeurope-1.metrics.ingest.monitor.azure.com',
      at: '^[^/]+\\.metrics\\.ingest\\.monitor\\.azure\\.(com|us|cn)/',
      refusal:
        'This endpoint is for metrics. Paste the logs ingestion endpoint of the data collection rule, which ends with .ingest.monitor.azure.com.',
    },
    {
      example: 'https://00000000.ods.opinsights.azure.com/api/logs',
      at: '^[^/]+\\.ods\\.opinsights\\.azure\\.(com|us|cn)/',
      refusal:
        'This is the data collector API before the Logs Ingestion API. Paste the logs ingestion endpoint of the data collection rule, which ends with .ingest.monitor.azure.com.',
    },
    {
      example: 'https://thalian-a1b2.westeurope-1.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Custom-X',
      at: '/dataCollectionRules/',
      refusal: 'Leave out the path from /dataCollectionRules on: the rule and the stream have fields of their own.',
    },
  ],
  defaultMinSeverity: 'info',
  options: [
    {
      kind: 'text',
      name: 'ruleId',
      label: 'Data collection rule',
      help: 'The immutable id of the rule.',
      required: true,
      maxCharacters: 64,
      pattern: {
        source: 'dcr-[0-9a-f]+',
        refusal: 'Data collection rule must be an immutable id, which begins with dcr-.',
      },
      example: 'dcr-000a00a000a00000a000000aa000a0aa',
    },
    {
      kind: 'text',
      name: 'stream',
      label: 'Stream',
      help: 'The name of the stream that the rule declares for findings.',
      required: false,
      maxCharacters: 128,
      pattern: {
        source: '(?:Custom|Microsoft)-[A-Za-z0-9_\\-]+',
        refusal:
          'Stream must begin with Custom- or Microsoft- and go on with letters, digits, underscores and hyphens.',
      },
      default: DEFAULT_STREAM,
    },
    {
      kind: 'text',
      name: 'directoryId',
      label: 'Directory (tenant) id',
      help: 'Of the app registration.',
      required: true,
      maxCharacters: 36,
      pattern: { source: GUID, refusal: 'Directory (tenant) id must be a GUID.' },
      example: '00000000-0000-0000-0000-000000000000',
    },
    {
      kind: 'text',
      name: 'clientId',
      label: 'Application (client) id',
      help: 'Of the app registration, which needs the role Monitoring Metrics Publisher on the rule.',
      required: true,
      maxCharacters: 36,
      pattern: { source: GUID, refusal: 'Application (client) id must be a GUID.' },
      example: '00000000-0000-0000-0000-000000000000',
    },
    {
      kind: 'choice',
      name: 'cloud',
      label: 'Cloud',
      help: 'Where the subscription is.',
      required: false,
      maxCharacters: 32,
      choices: CLOUD_NAMES.map((value) => ({ value, label: CLOUD_LABELS[value] ?? value })),
      default: DEFAULT_CLOUD,
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'clientSecret',
      label: 'Client secret',
      help: 'The value, not the id, of a secret of the app registration.',
      required: true,
      maxCharacters: 255,
    },
    {
      kind: 'text',
      name: 'signInUrl',
      label: 'Sign-in URL',
      help: 'Only if tokens do not come from Microsoft directly: the address of a proxy. The client secret is sent there.',
      required: false,
      maxCharacters: 255,
      pattern: {
        source: 'https:\\/\\/[A-Za-z0-9.\\-]+(?::[0-9]{1,5})?',
        refusal: 'Sign-in URL must be https:// and a host, without a path.',
      },
      example: 'https://login.microsoftonline.com',
    },
  ],
};
