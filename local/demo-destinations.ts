/** One webhook of every format, to the vendors that the demo receiver plays: what a tenant would fill in for each. */

export interface DemoDestination {
  readonly formatId: string;
  readonly name: string;
  /** Below the vendor's place at the receiver, with its query. */
  readonly path: string;
  /** Its first answer to each delivery is a 2xx that means nothing. */
  readonly pretendsOnce?: true;
  readonly options?: Readonly<Record<string, string>>;
  /** With the receiver's own address, for the one that signs in elsewhere. */
  readonly credentials?: (receiverUrl: string) => Readonly<Record<string, string>>;
}

const GUID = '00000000-0000-4000-8000-000000000000';
const SIGNED = '?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=demo-signature_0123456789';

export const DEMO_DESTINATIONS: readonly DemoDestination[] = [
  { formatId: 'json', name: 'Receiver of our own', path: '/hook' },
  { formatId: 'cloudevents', name: 'Event broker', path: '/default' },
  { formatId: 'ocsf', name: 'Security lake', path: '/ocsf' },
  {
    formatId: 'splunk-hec',
    name: 'Splunk (busy at first, inside a 200)',
    path: '/services/collector/event',
    pretendsOnce: true,
    options: { index: 'security' },
    credentials: () => ({ token: '6b1f3a52-7c52-4c5c-9a4c-7d3b3a3f0e11' }),
  },
  {
    formatId: 'elastic',
    name: 'Elastic',
    path: '',
    credentials: () => ({ apiKey: 'ZGVtbzpkZW1vLWFwaS1rZXk=' }),
  },
  {
    formatId: 'sentinel',
    name: 'Microsoft Sentinel',
    path: '',
    options: { ruleId: 'dcr-000a00a000a00000a000000aa000a0aa', directoryId: GUID, clientId: GUID },
    credentials: (receiverUrl) => ({ clientSecret: 'demo-client-secret', signInUrl: receiverUrl }),
  },
  {
    formatId: 'sentinel-logic-app',
    name: 'Sentinel playbook',
    path: `/workflows/0/triggers/manual/paths/invoke${SIGNED}`,
  },
  {
    formatId: 'xsoar',
    name: 'Cortex XSOAR',
    path: '/instance/execute/thalian',
    credentials: () => ({ username: 'thalian', password: 'demo-password' }),
  },
  { formatId: 'torq', name: 'Torq', path: `/v1/webhooks/${GUID}` },
  {
    formatId: 'pagerduty',
    name: 'PagerDuty',
    path: '/v2/enqueue',
    credentials: () => ({ routingKey: '0123456789abcdef0123456789abcdef' }),
  },
  { formatId: 'slack', name: 'Slack', path: '/services/T00000000/B00000000/demoTokenOfTheWebhook000' },
  { formatId: 'discord', name: 'Discord', path: '/api/webhooks/000000000000000000/demo-token-of-the-webhook' },
  {
    formatId: 'google-chat',
    name: 'Google Chat',
    path: '/v1/spaces/AAAAAAAAAAA/messages?key=demo-key&token=demo-token',
  },
  {
    formatId: 'teams',
    name: 'Microsoft Teams (fails at first, inside a 200)',
    path: `/workflows/1/triggers/manual/paths/invoke${SIGNED}`,
    pretendsOnce: true,
  },
  {
    formatId: 'jira',
    name: 'Jira',
    path: '/rest/api/3/issue',
    options: { projectKey: 'SEC' },
    credentials: () => ({ email: 'bot@example.com', apiToken: 'demo-api-token' }),
  },
  {
    formatId: 'servicenow',
    name: 'ServiceNow',
    path: '/api/now/table/incident',
    credentials: () => ({ username: 'thalian', password: 'demo-password' }),
  },
];
