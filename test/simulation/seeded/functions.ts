/** The Lambdas that queues and the schedule start: the real handlers, and what becomes of their messages. */
import { isDeepStrictEqual } from 'node:util';
import type { SQSEvent } from 'aws-lambda';
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import type { DispatchDependencies } from '../../../functions/dispatch/batch.ts';
import { createHandler as createDispatch } from '../../../functions/dispatch/handler.ts';
import { createHandler as createReconcile } from '../../../functions/reconcile/handler.ts';
import type { SendDependencies } from '../../../functions/send/dependencies.ts';
import { createHandler as createSend } from '../../../functions/send/handler.ts';
import { parseAnnounced, type TroubleEvent } from '../../../shared/delivery/announced-event.schema.ts';
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import type { TargetQueue } from '../../../shared/delivery/plan-deliveries.ts';
import { canonicalFinding, type Finding } from '../../../shared/finding/finding.ts';
import { type FindingEvent, parseFindingEvent } from '../../../shared/finding/finding-event.schema.ts';
import { type Lifecycle, lifecycleOf } from '../../../shared/finding/lifecycle.ts';
import { isAtOrAbove } from '../../../shared/finding/severity.ts';
import type { DeliveryId, TenantId } from '../../../shared/runtime/ids.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { anSqsEvent, DELIVERY_QUEUE_URL } from '../../builders/delivery.ts';
import { MemoryEventList } from '../../fakes/memory-event-list.ts';
import { noManifests } from '../../fakes/no-manifests.ts';
import type { Invocation } from './invocation.ts';
import { invoke } from './invoke.ts';
import { createPorts } from './ports.ts';
import { findingIdOf, laterEventsOf } from './revisions.ts';
import type { SimulatedAccount } from './simulated-account.ts';
import type { Received, SimulatedQueue } from './simulated-queue.ts';

/** Takes a guard away, to see that the run notices. */
export interface Sabotage {
  readonly api?: (deps: ApiDependencies) => ApiDependencies;
  readonly send?: (deps: SendDependencies) => SendDependencies;
  readonly dispatch?: (deps: DispatchDependencies) => DispatchDependencies;
  readonly withoutReconcile?: boolean;
}

type ReceiverResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

const POLICY = { baseSeconds: 30, factor: 4 };
/** A run of hours in minutes, so that a message that comes back late finds a row that has moved on. */
const QUICK_POLICY = { baseSeconds: 5, factor: 2 };

const RECONCILE_EVERY_MILLIS = 5 * 60_000;

export class SimulatedFunctions {
  readonly #account: SimulatedAccount;
  readonly #sabotage: Sabotage;
  readonly #policy: SendDependencies['policy'];
  #leases = 0;

  constructor(account: SimulatedAccount, sabotage: Sabotage) {
    this.#account = account;
    this.#sabotage = sabotage;
    this.#policy = account.random.chance(0.5) ? POLICY : QUICK_POLICY;
  }

  start(): void {
    const { findings, delivery, retry } = this.#account.queues;
    this.#map(findings, 2, (batch) => this.#dispatch(batch));
    this.#map(delivery, 3, (batch) => this.#send('send', 'delivery', batch));
    this.#map(retry, 3, (batch) => this.#send('send-retry', 'retry', batch));
    if (!this.#sabotage.withoutReconcile) {
      this.#tick();
    }
  }

  /** An event source mapping: as many invocations side by side as its concurrency allows. */
  #map(
    queue: SimulatedQueue,
    concurrency: number,
    handle: (batch: readonly Received[]) => Promise<ReceiverResponse | undefined>,
  ) {
    const { clock, random } = this.#account;
    let busy = 0;
    const poll = async () => {
      const batch = busy < concurrency ? queue.receive() : [];
      if (batch.length === 0) {
        return;
      }
      busy += 1;
      // There may be more than one batch.
      clock.schedule(random.between(1, 20), poll);
      const response = await handle(batch);
      busy -= 1;
      const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId } of batch) {
        if (response === undefined || failed.has(messageId)) {
          queue.release(messageId);
        } else {
          queue.delete(messageId);
        }
      }
      clock.schedule(0, poll);
    };
    queue.onVisible = (at) => void clock.schedule(at - clock.now() + random.between(1, 200), poll);
  }

  #tick(): void {
    const { clock, random } = this.#account;
    clock.schedule(RECONCILE_EVERY_MILLIS, () => {
      void this.#reconcile();
      if (random.chance(0.1)) {
        // A schedule may fire twice.
        void this.#reconcile();
      }
      this.#tick();
    });
  }

  async #dispatch(batch: readonly Received[]): Promise<ReceiverResponse | undefined> {
    const { clock } = this.#account;
    const planned = new Map<DeliveryId, DeliveryMessage>();
    const listed = new Map<TenantId, readonly Webhook[]>();
    const response = await invoke(this.#account, 'dispatch', [], (invocation) => {
      const ports = createPorts(this.#account, invocation);
      const deps: DispatchDependencies = {
        webhooks: {
          async list(tenantId) {
            const webhooks = await ports.webhooks.list(tenantId);
            // The first is what findings go by; notices look again.
            listed.set(tenantId, listed.get(tenantId) ?? webhooks);
            return webhooks;
          },
        },
        queues: {
          enqueueAll(deliveries) {
            for (const { message } of deliveries) {
              planned.set(message.deliveryId, message);
            }
            return ports.queues.enqueueAll(deliveries);
          },
        },
        rejected: ports.deadLetters(this.#account.findingsDeadLetters),
        // No history publishes a stray event: one would be found among the dead letters.
        strays: ports.deadLetters(this.#account.findingsDeadLetters),
        unread: { add: async () => {} },
        notices: ports.notices,
        events: new MemoryEventList(),
        log: ports.log,
        returns: ports.returnsTo(this.#account.queues.findings),
        telemetry: ports.telemetry,
        clock: invocation.clock,
      };
      return createDispatch(this.#sabotage.dispatch?.(deps) ?? deps)(eventOf(batch));
    });
    const failed = new Set(response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId, body } of response === undefined ? [] : batch) {
      if (failed.has(messageId)) {
        continue;
      }
      const announced = parseAnnounced(body);
      const parsed = announced === undefined ? parseFindingEvent(body, clock.now()) : announced;
      if (parsed.kind === 'parsed') {
        this.#acceptFinding(parsed, [...planned.values()], listed.get(parsed.tenantId) ?? []);
      } else if (parsed.kind === 'trouble') {
        this.#acceptNotices(parsed.event, [...planned.values()]);
      }
    }
    return response;
  }

  /** An acknowledged finding is accepted: from here on each of its deliveries must come to an end. */
  #acceptFinding(
    { tenantId, finding, lifecycle }: FindingEvent,
    planned: readonly DeliveryMessage[],
    webhooks: readonly Webhook[],
  ): void {
    const { ledger } = this.#account;
    const canonical = canonicalFinding(finding);
    const accepted = planned.filter(
      (message) =>
        message.tenantId === tenantId &&
        message.finding === canonical &&
        isDeepStrictEqual(lifecycleOf(message), lifecycle),
    );
    const matching = webhooks.filter((webhook) => isWanted(webhook, finding, lifecycle));
    if (accepted.length !== matching.length) {
      ledger.violate(finding.id, `${accepted.length} deliveries planned where ${matching.length} webhooks match`);
    }
    for (const { deliveryId } of accepted) {
      ledger.account(deliveryId).isAccepted = true;
    }
  }

  #acceptNotices({ tenantId, webhookId, eventId }: TroubleEvent, planned: readonly DeliveryMessage[]): void {
    const { ledger } = this.#account;
    const id = `notice_${webhookId}_${eventId}`;
    for (const message of planned.filter((one) => one.tenantId === tenantId && findingIdOf(one) === id)) {
      ledger.account(message.deliveryId).isAccepted = true;
      const broken = ledger.notices.accepted(message, webhookId, eventId);
      if (broken !== undefined) {
        ledger.violate(message.deliveryId, broken);
      }
    }
  }

  #send(name: string, queue: TargetQueue, batch: readonly Received[]): Promise<ReceiverResponse | undefined> {
    const messages: DeliveryMessage[] = [];
    for (const { body, isDuplicate } of batch) {
      const parsed = parseDeliveryMessage(body);
      if (parsed.kind === 'parsed') {
        messages.push(parsed.message);
        this.#account.ledger.account(parsed.message.deliveryId).duplicateReceives += isDuplicate ? 1 : 0;
      }
    }
    // Of several records of one delivery the handler takes the first.
    return invoke(this.#account, name, messages.reverse(), (invocation) => {
      const ports = createPorts(this.#account, invocation);
      const deps: SendDependencies = {
        ...ports,
        poison: ports.deadLetters(this.#account.poison),
        returns: ports.returnsTo(this.#account.queues[queue]),
        clock: invocation.clock,
        policy: this.#policy,
        deliveryQueueUrl: DELIVERY_QUEUE_URL,
        newLease: () => {
          this.#leases += 1;
          const lease = `lease-${this.#leases}`;
          invocation.leases.add(lease);
          return lease;
        },
      };
      return createSend(this.#sabotage.send?.(deps) ?? deps)(eventOf(batch, queue), remainingTimeOf(invocation));
    });
  }

  async #reconcile(): Promise<void> {
    await invoke(this.#account, 'reconcile', [], (invocation) =>
      createReconcile({ ...createPorts(this.#account, invocation), ...noManifests(), clock: invocation.clock })(
        {},
        remainingTimeOf(invocation),
      ),
    );
  }
}

/** A resolution is planned whatever the threshold says: who has the finding, only the marks know. */
function isWanted(webhook: Webhook, { severity, detectedAt }: Finding, { event }: Lifecycle): boolean {
  const { alerts, state, firstSync, createdAt } = webhook;
  const isChosen = event === 'detected' || laterEventsOf(webhook).includes(event);
  const isGraveEnough = event === 'resolved' || isAtOrAbove(severity.level, alerts.minSeverity);
  const isTooEarly = firstSync === 'new' && Date.parse(detectedAt) < createdAt && event !== 'resolved';
  return isChosen && alerts.enabled && state.kind !== 'paused' && isGraveEnough && !isTooEarly;
}

function eventOf(batch: readonly Received[], queue: TargetQueue = 'delivery'): SQSEvent {
  return anSqsEvent(...batch.map((received) => ({ ...received, queue })));
}

function remainingTimeOf(invocation: Invocation) {
  return { getRemainingTimeInMillis: () => invocation.remainingMillis };
}
