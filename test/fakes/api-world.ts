import { createApi } from '../../functions/api/handler.ts';
import type { FixedEgress } from '../../shared/api/addresses.schema.ts';
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import { createOauthAccessTokens } from '../../shared/http/access-tokens.oauth.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryRequestBudget, MemoryRequestRecords, MemoryTestSendBudget } from './memory-api-records.ts';
import { MemoryDeliveryHistory } from './memory-delivery-history.ts';
import { MemoryDeliveryLog } from './memory-delivery-log.ts';
import { MemoryEventList } from './memory-event-list.ts';
import { MemoryMails } from './memory-mails.ts';
import { MemoryManifestSchedules } from './memory-manifest-schedules.ts';
import { MemoryConfirmationBudget, MemoryNoticeAddresses } from './memory-notice-addresses.ts';
import { MemoryQueues } from './memory-queues.ts';
import { MemorySecretStore } from './memory-secret-store.ts';
import { MemoryUnreadFindings } from './memory-unread-findings.ts';
import { MemoryWebhookStore } from './memory-webhook-store.ts';
import { RecordingAnnouncer } from './recording-announcer.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { type Reply, ScriptedWebhookClient } from './scripted-webhook-client.ts';

export interface ApiWorldSettings {
  readonly requestsPerMinute?: number;
  readonly webhooks?: readonly Webhook[];
  readonly rows?: readonly DeliveryRow[];
  readonly replies?: readonly Reply[];
  /** In place of the scripted one. */
  readonly webhookClient?: WebhookClient;
  readonly egress?: FixedEgress;
  /** False: the stage has no sender. */
  readonly sendsMail?: boolean;
}

export interface ApiRequest {
  readonly body?: unknown;
  /** As text, for bodies that are no JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tenantId?: string;
  /** Undefined for a request without a token. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** As API Gateway hands over those of a Cognito ID token. */
export function claimsOf(tenantId = 'acme', permissions = '[webhooks-read webhooks-write]') {
  return {
    sub: `user-of-${tenantId}`,
    email: `jane@${tenantId}.example`,
    email_verified: 'true',
    token_use: 'id',
    'custom:tenantId': tenantId,
    'cognito:groups': permissions,
  };
}

/** As API Gateway hands a request over: with the claims of the verified token beside it. */
export async function askApi(
  app: ReturnType<typeof createApi>,
  method: string,
  path: string,
  { body, text, headers, tenantId, ...rest }: ApiRequest = {},
  getRemainingTimeInMillis: () => number = () => 30_000,
) {
  const claims = 'claims' in rest ? rest.claims : claimsOf(tenantId);
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await app.request(
    path,
    {
      method,
      headers: { ...(content !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(content !== undefined && { body: content }),
    },
    {
      event: { requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) } },
      lambdaContext: { getRemainingTimeInMillis },
    },
  );
  const answered = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: answered,
    json: answered === '' ? undefined : JSON.parse(answered),
  };
}

/** The real API on in-memory ports. */
export function anApiWorld(settings: ApiWorldSettings = {}) {
  const { webhooks = [], rows = [], replies = [], webhookClient } = settings;
  const clock = new ManualClock();
  const log = new MemoryDeliveryLog(...rows);
  const store = new MemoryWebhookStore(...webhooks);
  const secrets = new MemorySecretStore(clock);
  const queues = new MemoryQueues();
  const events = new MemoryEventList();
  const manifests = new MemoryManifestSchedules();
  const client = new ScriptedWebhookClient(...replies);
  const announcer = new RecordingAnnouncer();
  const telemetry = new RecordingTelemetry();
  const requests = new MemoryRequestRecords();
  const limits = { webhooksPerTenant: 5, testSendsPerMinute: 3 };
  const testSends = new MemoryTestSendBudget(limits.testSendsPerMinute);
  const requestBudget = new MemoryRequestBudget(settings.requestsPerMinute ?? 1_000_000);
  const unread = new MemoryUnreadFindings();
  const noticeAddresses = new MemoryNoticeAddresses();
  const mails = new MemoryMails();
  let ids = 0;
  const deps = {
    webhooks: store,
    secrets,
    log,
    history: new MemoryDeliveryHistory(log),
    eventReader: events,
    manifests,
    retryQueue: queues,
    requests,
    testSends,
    requestBudget,
    unread,
    noticeAddresses,
    confirmations: new MemoryConfirmationBudget(),
    mails,
    sendsMail: settings.sendsMail ?? true,
    cursorKey: { read: async () => 'the-cursor-key' },
    announcer,
    client: webhookClient ?? client,
    tokens: createOauthAccessTokens(webhookClient ?? client, clock),
    telemetry,
    clock,
    claimNames: { tenant: 'custom:tenantId', permissions: 'cognito:groups' },
    urlRules: { allowedCidrs: [], ownHosts: ['api.thalian.example'] },
    limits,
    egress: settings.egress,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    randomBytes: (count: number) => {
      ids += 1;
      return new Uint8Array(count).fill(ids);
    },
  };
  let app = createApi(deps);

  return {
    clock,
    log,
    events,
    manifests,
    store,
    secrets,
    queues,
    client,
    announcer,
    telemetry,
    requests,
    unread,
    noticeAddresses,
    mails,
    limits,
    deps,
    /** Another instance of the function, on the same tables. */
    restart() {
      app = createApi(deps);
    },
    ask: (method: string, path: string, request: ApiRequest = {}) => askApi(app, method, path, request),
  };
}

export type ApiWorld = ReturnType<typeof anApiWorld>;
