/**
 * Run as a process of its own, `node emit-everything.ts FUNCTION`: leads the function's real handler, with its real
 * telemetry, through everything that it counts and logs. What then is on standard output is what CloudWatch gets.
 */

import { createApi } from '../../functions/api/handler.ts';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { createHandler as createMail } from '../../functions/mail/handler.ts';
import { createHandler as createReconcile } from '../../functions/reconcile/handler.ts';
import { createHandler as createSend } from '../../functions/send/handler.ts';
import { announceFailure } from '../../shared/delivery/announcement.ts';
import type { DeliveryMessage } from '../../shared/delivery/delivery.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { serializeMailMessage } from '../../shared/mail/mail-message.schema.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import { createSystemTelemetry } from '../../shared/runtime/telemetry.system.ts';
import { anAnnounced } from '../builders/announced.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt, anSqsEvent, DELIVERY_QUEUE_URL } from '../builders/delivery.ts';
import { aFinding, aFindingEvent } from '../builders/finding.ts';
import { aNoticeAddress, noticeAddresses } from '../builders/notice-address.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { anApiWorld, claimsOf } from '../fakes/api-world.ts';
import { aCanaryWorld } from '../fakes/canary-world.ts';
import { ManualClock } from '../fakes/manual-clock.ts';
import { MemoryDeliveryLog } from '../fakes/memory-delivery-log.ts';
import { MemoryDueDeliveries } from '../fakes/memory-due-deliveries.ts';
import { MemoryEventList } from '../fakes/memory-event-list.ts';
import { MemoryFailingBudget } from '../fakes/memory-failing-budget.ts';
import { MemoryMails } from '../fakes/memory-mails.ts';
import { MemoryNoticeAddresses } from '../fakes/memory-notice-addresses.ts';
import { MemoryNoticeMarks } from '../fakes/memory-notice-marks.ts';
import { MemoryQueues } from '../fakes/memory-queues.ts';
import { MemoryReturns } from '../fakes/memory-returns.ts';
import { MemoryUnreadFindings } from '../fakes/memory-unread-findings.ts';
import { MemoryWebhookStore } from '../fakes/memory-webhook-store.ts';
import { noManifests } from '../fakes/no-manifests.ts';
import { RecordingAnnouncer } from '../fakes/recording-announcer.ts';
import { aSendWorld, type SendWorldSettings } from '../fakes/send-world.ts';

type SendWorld = ReturnType<typeof aSendWorld>;

const invocation = { getRemainingTimeInMillis: () => 30_000 };

const emit: Readonly<Record<string, () => Promise<void>>> = { dispatch, send, reconcile, api, canary, mail };

async function dispatch(): Promise<void> {
  const queues = new MemoryQueues();
  const chat = aWebhook({ webhookId: aWebhookId('wh_chat') });
  const health = { failuresInARow: 5, exhaustedCount: 1, failingSince: 1 };
  const webhooks = new MemoryWebhookStore(chat, aWebhook({ health, noticesTo: chat.webhookId }));
  const lookedUp = { list: webhooks.list.bind(webhooks) };
  const telemetry = createSystemTelemetry(process.env);
  const clock = new ManualClock();
  const unread = new MemoryUnreadFindings();
  unread.shut = true;
  const handler = createDispatch({
    webhooks: lookedUp,
    queues,
    rejected: queues,
    returns: new MemoryReturns(),
    strays: queues,
    events: new MemoryEventList(),
    unread,
    notices: new MemoryNoticeMarks(),
    log: new MemoryDeliveryLog(aDeliveryRow({ status: 'failed', reason: 'exhausted', attempts: [anAttempt()] })),
    telemetry,
    clock,
  });
  const spelled = { ...aFinding(), severity: 'HIGH' };
  const repaired = aFindingEvent({ tenantId: 'acme', finding: spelled });
  await handler(anSqsEvent({ body: aFindingEvent() }, { body: 'no finding' }, { body: repaired }));
  await handler(anSqsEvent({ body: '{"stray":{}}' }, { body: aFindingEvent({ tenantId: 'acme' }) }));
  await handler(anSqsEvent({ body: anAnnounced(announceFailure(aDeliveryRow())) }, { body: '{"announced":{}}' }));
  queues.shut = true;
  await handler(anSqsEvent({ body: aFindingEvent() }));
  lookedUp.list = () => Promise.reject(new DependencyUnavailable('config-table', 'list', new Error('throttled')));
  await handler(anSqsEvent({ body: aFindingEvent() }));
  lookedUp.list = () => Promise.reject(new Error('a bug'));
  await handler(anSqsEvent({ body: aFindingEvent() }));
}

async function send(): Promise<void> {
  const secret = { arn: 'arn:of-none', versionId: 'gone' };
  const disabled = aWebhook({ state: { kind: 'disabled', reason: 'failing' } });
  const held = aDeliveryRow({ status: 'held', reason: 'webhook-disabled', lastAttempt: 0, failedAt: 1 });
  const outrun = { rows: [aDeliveryRow({ lastAttempt: 1 })] };
  await sendOne({ replies: [200] });
  await sendOne({ replies: [500] });
  await sendOne({ replies: [{ error: 'tls-failed', cause: 'certificate-expired', code: 'CERT_HAS_EXPIRED' }] });
  await sendOne({ replies: ['timeout'] }, { attempt: 4, reopen: 'user' });
  await sendOne({ replies: [410] });
  await sendOne({ replies: ['address-refused'] });
  await sendOne({ webhooks: [disabled] });
  await sendOne({ webhooks: [aWebhook({ state: { kind: 'paused' } })] });
  await sendOne({ webhooks: [aWebhook({ secret })] });
  await sendOne({ webhooks: [aWebhook({ format: { id: 'of-a-later-version', options: {} } })] });
  await sendOne({ rows: [held], webhooks: [disabled] }, { reopen: 'operator' });
  await sendOne(outrun, { attempt: 5 });
  const standing = {
    webhooks: [aWebhook({ pace: { perMinute: 60 }, turns: { nextTurnAt: new ManualClock().now() + 120_000 } })],
  };
  await sendOne(standing);
  await sendOne({ ...standing, rows: [aDeliveryRow({ lastAttempt: 0, waitingSince: 0 })] });
  await sendOne({ webhooks: [aWebhook({ payloadVersion: 2, events: ['updated'] })] }, {}, ({ marks }) => {
    const { tenantId, webhookId } = aDeliveryMessage();
    marks.marks.set(`${tenantId}#${webhookId}#${aFinding().id}`, { revision: 2, isOpened: true, expiresAt: 0 });
  });
  await sendOne({}, {}, ({ reader }) => reader.unread.add(aDeliveryMessage().deliveryId));
  await sendOne({}, {}, ({ reader }) => {
    reader.read = () => Promise.reject(new Error('throttled'));
  });
  await handlerOf(aSendWorld())(anSqsEvent({ body: 'no message' }), invocation);
  const shut = aSendWorld();
  shut.queues.shut = true;
  await handlerOf(shut)(anSqsEvent({ body: 'no message' }), invocation);
}

async function sendOne(
  settings: SendWorldSettings,
  overrides: Partial<DeliveryMessage> = {},
  prepare: (world: SendWorld) => void = () => {},
): Promise<void> {
  const world = aSendWorld(settings);
  prepare(world);
  const body = serializeDeliveryMessage(aDeliveryMessage(overrides));
  await handlerOf(world)(anSqsEvent({ body }), invocation);
}

function handlerOf({
  reader,
  log,
  store,
  marks,
  digestMembers,
  secrets,
  client,
  tokens,
  queues,
  announcer,
  clock,
}: SendWorld) {
  return createSend({
    reader,
    log,
    health: store,
    lines: store,
    failingBudget: new MemoryFailingBudget(),
    marks,
    digestMembers,
    secrets,
    client,
    tokens,
    retryQueue: queues,
    delayQueues: queues,
    redriveQueue: queues,
    poison: queues,
    returns: new MemoryReturns(),
    announcer,
    telemetry: createSystemTelemetry(process.env),
    clock,
    policy: { baseSeconds: 30, factor: 4 },
    deliveryQueueUrl: DELIVERY_QUEUE_URL,
    newLease: () => 'lease',
  });
}

async function reconcile(): Promise<void> {
  const clock = new ManualClock();
  const overdue = { lastAttempt: 2, reconcileAt: clock.now() };
  for (const shut of [false, true]) {
    const log = new MemoryDeliveryLog(aDeliveryRow(overdue));
    const queues = new MemoryQueues();
    queues.shut = shut;
    const ports = { log, retryQueue: queues, redriveQueue: queues, announcer: new RecordingAnnouncer() };
    const telemetry = createSystemTelemetry(process.env);
    const due = new MemoryDueDeliveries(log);
    await createReconcile({ ...noManifests(), ...ports, due, telemetry, clock })({}, invocation);
  }
}

async function canary(): Promise<void> {
  const world = aCanaryWorld({ telemetry: createSystemTelemetry(process.env) });
  world.pageProblem = 'status 503';
  await world.tick();
  await world.deliver();
  await world.receive({ headers: {}, isBase64Encoded: false });
}

async function mail(): Promise<void> {
  const webhook = aWebhook({ health: { failuresInARow: 5, exhaustedCount: 1, failingSince: 1 } });
  const row = aDeliveryRow({ status: 'failed', reason: 'exhausted', attempts: [anAttempt()] });
  const address = aNoticeAddress();
  const addresses = new MemoryNoticeAddresses();
  addresses.lists.set(row.tenantId, noticeAddresses(address));
  const mails = new MemoryMails();
  const handler = createMail({
    webhooks: new MemoryWebhookStore(webhook),
    addresses,
    notices: new MemoryNoticeMarks(),
    log: new MemoryDeliveryLog(row),
    mails,
    mailer: mails,
    rejected: new MemoryQueues(),
    returns: new MemoryReturns(),
    linkKey: { read: async () => 'key' },
    consoleUrl: 'https://console.example',
    telemetry: createSystemTelemetry(process.env),
    clock: new ManualClock(),
  });
  await handler(anSqsEvent({ body: anAnnounced(announceFailure(row)) }, { body: 'no message' }));
  const queued = mails.queued.map((message) => ({ body: serializeMailMessage(message) }));
  await handler(anSqsEvent(...queued));
  mails.isServiceShut = true;
  await handler(anSqsEvent(...queued));
}

async function api(): Promise<void> {
  const row = aDeliveryRow({ status: 'failed', reason: 'exhausted', lastAttempt: 4, failedAt: 1, ticketSentAt: 1 });
  const { deps, store, queues, announcer, unread } = anApiWorld({ webhooks: [aWebhook()], rows: [row] });
  const app = createApi({ ...deps, telemetry: createSystemTelemetry(process.env) });
  const bindings = {
    event: { requestContext: { authorizer: { jwt: { claims: claimsOf() } } } },
    lambdaContext: invocation,
  };
  queues.shut = true;
  await app.request(`/v1/webhooks/wh_siem/deliveries/${row.deliveryId}/retry`, { method: 'POST' }, bindings);
  announcer.announce = () => Promise.reject(new DependencyUnavailable('event-bus', 'take it', new Error('throttled')));
  await app.request('/v1/webhooks/wh_siem/pause', { method: 'POST' }, bindings);
  const refused = new DependencyUnavailable('delivery-log', 'list deliveries', new Error('throttled'));
  deps.history.readLatest = () => Promise.reject(refused);
  unread.shut = true;
  await app.request('/v1/webhooks', {}, bindings);
  store.list = () => Promise.reject(new DependencyUnavailable('config-table', 'list', new Error('throttled')));
  await app.request('/v1/webhooks', {}, bindings);
}

const [, , name = ''] = process.argv;
const leadThrough = emit[name];
if (leadThrough === undefined) {
  throw new Error(`Lead ${name} through everything that it counts and logs, in test/infra/emit-everything.ts`);
}
await leadThrough();
