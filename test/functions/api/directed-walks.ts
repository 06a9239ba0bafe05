/**
 * Walks that reach every status of every operation by construction, where a random run depends on luck. Each begins in a
 * fresh world of two tenants.
 */
import { sealConfirmation, sealUnsubscription } from '../../../shared/mail/mail-link.ts';
import { CONFIRM_WITHIN_MILLIS, MOST_ADDRESSES, noticeAddressId } from '../../../shared/mail/notice-address.ts';
import { aTenantId } from '../../builders/finding.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { type Operation, operations } from './api-document.ts';
import { type GeneratedRequest, LATEST_CURSOR, LATEST_WEBHOOK, operationNamed } from './openapi-requests.ts';
import { CURSORS, DELIVERIES } from './two-tenants.ts';

type Walk = readonly GeneratedRequest[];

interface Details {
  readonly actor?: GeneratedRequest['actor'];
  readonly webhook?: string;
  readonly delivery?: string;
  readonly format?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as it is, with `type`. */
  readonly text?: string;
  readonly type?: string;
}

const JSON_TYPE = 'application/json';
const JSON_WEBHOOK = 'wh_vega_json';
const PAUSED_WEBHOOK = 'wh_vega_slack';
const UNKNOWN_WEBHOOK = 'wh_of_no_tenant';
const SETTLED_SPAN = 'since=2026-11-23T09:00:00Z&until=2026-11-23T09:58:00Z';
const MORE_THAN_A_BODY_MAY_HAVE = 70_000;

/** Of the JSON webhook, each status in turn. */
const [DELIVERED = '', PENDING = '', FAILED = '', HELD = ''] = DELIVERIES.filter(
  ({ webhookId }) => webhookId === JSON_WEBHOOK,
).map(({ deliveryId }) => deliveryId);

const SOC = 'soc@vega.example';
const SOC_OF_VEGA = { tenantId: aTenantId('vega'), addressId: noticeAddressId(aTenantId('vega'), SOC) };
/** When every walk begins, and ends. */
const NOW = new ManualClock().now();
const CONFIRMATION = sealConfirmation('the-cursor-key', {
  ...{ ...SOC_OF_VEGA, addedAt: NOW },
  expiresAt: NOW + CONFIRM_WITHIN_MILLIS,
});
const LATE_CONFIRMATION = sealConfirmation('the-cursor-key', { ...SOC_OF_VEGA, addedAt: NOW, expiresAt: NOW });
const UNSUBSCRIPTION = `token=${sealUnsubscription('the-cursor-key', SOC_OF_VEGA)}`;

/** A body that the operation accepts, for those that take one. */
const BODIES: Readonly<Record<string, unknown>> = {
  connectWebhook: { name: 'SIEM', url: 'https://siem.example.com/in' },
  changeWebhook: { name: 'Another name' },
  setAlertRule: { enabled: true, minSeverity: 'low' },
  previewAlertRule: { enabled: true, minSeverity: 'low' },
  previewFormat: { options: { body: '{"title": "{{ title }}"}' } },
  rotateSigningSecret: { secret: { generate: true } },
  rotateSigningKey: {},
  sendTest: { severity: 'high' },
  previewTest: { severity: 'high' },
  retryDeliveries: { status: 'failed' },
  addNoticeAddress: { address: SOC },
  confirmNotices: { token: CONFIRMATION },
  readChanges: { webhookId: JSON_WEBHOOK, reads: [`/v1/webhooks/${JSON_WEBHOOK}/stats?hours=2`, '/v1/webhooks/none'] },
};

function ask(name: string, details: Details = {}): GeneratedRequest {
  const {
    actor = 'vega',
    webhook = JSON_WEBHOOK,
    delivery = FAILED,
    format = 'template',
    query = '',
    headers = {},
    type = JSON_TYPE,
  } = details;
  const body = 'body' in details ? details.body : BODIES[name];
  const text = details.text ?? (body === undefined ? undefined : JSON.stringify(body));
  const path = operationNamed(name)
    .path.replace('{tenantId}', 'vega')
    .replace('{webhookId}', webhook)
    .replace('{deliveryId}', delivery)
    .replace('{formatId}', format)
    .replace('{addressId}', SOC_OF_VEGA.addressId);
  return {
    operation: name,
    actor,
    target: query === '' ? path : `${path}?${query}`,
    headers: { ...(text !== undefined && { 'content-type': type }), ...headers },
    ...(text !== undefined && { body: text }),
  };
}

/** The statuses that follow from the document alone. */
function systematic({ operationId: name, method, path, responses, parameters = [] }: Operation): readonly Walk[] {
  const has = (status: number) => Object.hasOwn(responses, status);
  const takesRevision = parameters.some((parameter) => parameter.name === 'if-match');
  const text = 'x'.repeat(MORE_THAN_A_BODY_MAY_HAVE);
  return [
    [ask(name)],
    ...(has(401) ? [[ask(name, { actor: 'anonymous' })]] : []),
    ...(has(403) ? [[ask(name, { actor: 'powerless' })]] : []),
    ...(has(404) && path.includes('{') ? [[ask(name, { webhook: UNKNOWN_WEBHOOK, format: 'fax' })]] : []),
    ...(has(412) ? [[ask(name, { headers: { 'if-match': '"999"' } })]] : []),
    ...(takesRevision ? [[ask(name, { headers: { 'if-match': 'no tag' } })]] : []),
    ...(has(413) && method !== 'GET' ? [[ask(name, { text: JSON.stringify({ name: text }) })]] : []),
    ...(has(415) && method !== 'GET' ? [[ask(name, { text: '{}', type: 'text/plain' })]] : []),
    ...(has(422) ? [[ask(name, { body: { [name]: null } })]] : []),
    ...(Object.hasOwn(BODIES, name) ? [[ask(name, { text: '{' })]] : []),
  ];
}

const key = { 'idempotency-key': 'key-1' };
const rotations = [1, 2, 3].map(() => ask('rotateSigningSecret'));
const keyRotations = [1, 2, 3, 4].map(() => ask('rotateSigningKey'));

/** What only some operations meet, and what takes several requests. */
const PARTICULAR: readonly Walk[] = [
  // Two webhooks more than a tenant may have.
  [ask('connectWebhook'), ask('connectWebhook'), ask('connectWebhook')],
  [
    ask('connectWebhook', { headers: key }),
    ask('connectWebhook', { headers: key, body: { name: 'Another', url: 'https://siem.example.com/in' } }),
  ],
  [
    ask('connectWebhook', { headers: key }),
    ask('deleteWebhook', { webhook: LATEST_WEBHOOK }),
    ask('connectWebhook', { headers: key }),
  ],
  [ask('changeWebhook', { body: { url: 'https://other.example.com/' } })],
  rotations,
  keyRotations,
  [ask('rotateSigningKey'), ask('readJwks')],
  [ask('challengeAddress')],
  [ask('readAddresses')],
  [ask('changeWebhook', { body: { challenge: true } }), ask('challengeAddress'), ask('setAlertRule')],
  [ask('listDeliveries', { query: 'limit=0' })],
  [ask('listDeliveries', { query: 'limit=1' }), ask('listDeliveries', { query: `limit=1&cursor=${LATEST_CURSOR}` })],
  [ask('listDeliveries', { query: 'cursor=of-another-list' })],
  [ask('listEvents', { query: 'limit=3' }), ask('listEvents', { query: `limit=3&after=${LATEST_CURSOR}` })],
  [ask('listEvents', { query: 'limit=0' }), ask('listEvents', { query: 'after=of-another-list' })],
  [ask('listEvents', { webhook: PAUSED_WEBHOOK })],
  CURSORS.map((cursor) => ask('listEvents', { query: `after=${cursor}` })),
  [
    ask('readManifest', { query: SETTLED_SPAN }),
    ask('readManifest', { query: SETTLED_SPAN, webhook: UNKNOWN_WEBHOOK }),
  ],
  [ask('readManifest', { query: SETTLED_SPAN, webhook: PAUSED_WEBHOOK })],
  [ask('readManifest', { query: 'since=2026-11-23T09:30:00Z&until=2027-01-01T00:00:00Z' })],
  [ask('readManifest', { query: 'since=2026-09-23T09:30:00Z&until=2026-11-01T00:00:00Z' })],
  [ask('readStats', { query: 'hours=0' })],
  [ask('readChanges', { body: { webhookId: UNKNOWN_WEBHOOK, reads: [] } })],
  [ask('readChanges', { body: { reads: ['/v1/webhooks'] } })],
  [ask('readDelivery', { delivery: DELIVERED })],
  [ask('retryDelivery', { delivery: PENDING }), ask('retryDelivery', { delivery: HELD })],
  [ask('retryDelivery', { webhook: PAUSED_WEBHOOK }), ask('retryDeliveries', { webhook: PAUSED_WEBHOOK })],
  [ask('retryDelivery', { delivery: 'dlv_none' }), ask('readDelivery', { delivery: 'dlv_none' })],
  [ask('addNoticeAddress'), ask('confirmNotices'), ask('listNoticeAddresses'), ask('removeNoticeAddress')],
  [ask('addNoticeAddress'), ask('confirmNotices', { body: { token: LATE_CONFIRMATION } })],
  [ask('confirmNotices', { body: { token: 'of-no-mail' } })],
  [ask('unsubscribeNotices', { query: UNSUBSCRIPTION }), ask('openUnsubscribePage', { query: UNSUBSCRIPTION })],
  [ask('unsubscribeNotices', { query: 'token=of-no-mail' })],
  // One more than an address gets in a day.
  [1, 2, 3, 4].map(() => ask('addNoticeAddress')),
  Array.from({ length: MOST_ADDRESSES + 1 }, (_, n) =>
    ask('addNoticeAddress', { body: { address: `soc${n}@vega.example` } }),
  ),
  // One more than a minute allows.
  [1, 2, 3, 4].map(() => ask('sendTest')),
  [{ operation: 'PUT /v1/webhooks', actor: 'vega', target: '/v1/webhooks', headers: {} }],
];

export const directedWalks: readonly Walk[] = [...operations.flatMap(systematic), ...PARTICULAR];
