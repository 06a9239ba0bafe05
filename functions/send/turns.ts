/**
 * The turns of the deliveries of one batch. All that ask at the same moment for turns of one webhook take them by one write.
 * What is written is decided in `shared/webhook/turns.ts`.
 */
import type { BatchReader } from '../../shared/delivery/batch-reader.port.ts';
import type { DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { Clock } from '../../shared/runtime/clock.port.ts';
import type { Pace } from '../../shared/webhook/pace.ts';
import { type Reservation, reserve, type Turn, turnsFrom } from '../../shared/webhook/turns.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Lines } from '../../shared/webhook/webhook-store.port.ts';
import { MAX_LOOKS } from './looks.ts';

/** `full`: no turn is within reach. `changed`: the webhook or a delivery is no longer what the batch has read. */
export type TakenTurn = Turn | 'full' | 'changed';

export interface TurnTaking {
  /** `row`: as the batch has read it. */
  take(webhook: Webhook, pace: Pace, message: DeliveryMessage, row: DeliveryRow | undefined): Promise<TakenTurn>;
}

interface Ports {
  readonly lines: Lines;
  readonly reader: BatchReader;
  readonly clock: Clock;
}

interface Asking {
  readonly webhook: Webhook;
  readonly pace: Pace;
  readonly message: DeliveryMessage;
  readonly row: DeliveryRow | undefined;
  readonly resolve: (taken: TakenTurn) => void;
  readonly reject: (error: unknown) => void;
}

export function openTurnTaking(ports: Ports): TurnTaking {
  const asking = new Map<string, Asking[]>();

  function takeAll(name: string): void {
    const together = asking.get(name) ?? [];
    asking.delete(name);
    takeTogether(ports, together).then(
      (taken) => together.forEach(({ resolve }, index) => void resolve(taken[index] ?? 'full')),
      (error: unknown) => together.forEach(({ reject }) => void reject(error)),
    );
  }

  return {
    take(webhook, pace, message, row) {
      const name = `${webhook.tenantId}#${webhook.webhookId}`;
      return new Promise((resolve, reject) => {
        const others = asking.get(name) ?? [];
        asking.set(name, [...others, { webhook, pace, message, row, resolve, reject }]);
        if (others.length === 0) {
          // The deliveries of a batch come here one after the other, before any of them waits for a response.
          queueMicrotask(() => takeAll(name));
        }
      });
    },
  };
}

/** Turns in the order of the list, for as many as there are turns within reach. */
async function takeTogether(
  { lines, reader, clock }: Ports,
  asking: readonly Asking[],
): Promise<readonly (Turn | 'changed')[]> {
  const changed = asking.map(() => 'changed' as const);
  const [first] = asking;
  if (first === undefined) {
    return changed;
  }
  let { webhook } = first;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const nowMillis = clock.now();
    const reservation = reserve(first.pace, webhook.turns ?? {}, asking.length, nowMillis);
    if (reservation === undefined) {
      return [];
    }
    const firstAt = await takeFirst(lines, webhook, reservation);
    if (firstAt !== undefined) {
      return turnsFrom(reservation, firstAt, nowMillis);
    }
    const now = await readAgain(reader, webhook, asking);
    if (now === undefined) {
      return changed;
    }
    webhook = now;
  }
  return changed;
}

/**
 * Undefined if it is no longer as before. What a person has changed may mean that nothing is sent any more, and another worker
 * may have delivered meanwhile. That is asked at the next receive.
 */
async function readAgain(
  reader: BatchReader,
  webhook: Webhook,
  asking: readonly Asking[],
): Promise<Webhook | undefined> {
  const readings = await reader.read(asking.map(({ message }) => message));
  const [first] = readings;
  const isUnchanged = asking.every(({ row }, index) => {
    const reading = readings[index];
    return reading?.kind === 'read' && isAsBefore(webhook, reading.webhook) && isSameRow(row, reading.row);
  });
  return isUnchanged && first?.kind === 'read' ? first.webhook : undefined;
}

function isSameRow(before: DeliveryRow | undefined, now: DeliveryRow | undefined): boolean {
  return before?.status === now?.status && before?.lastAttempt === now?.lastAttempt && before?.lease === now?.lease;
}

function isAsBefore(webhook: Webhook, now: Webhook | undefined): now is Webhook {
  return now?.revision === webhook.revision && now.state.kind === webhook.state.kind;
}

async function takeFirst(lines: Lines, webhook: Webhook, { changes }: Reservation): Promise<number | undefined> {
  for (const change of changes) {
    const firstAt = await lines.takeTurn(webhook.tenantId, webhook.webhookId, change);
    if (firstAt !== undefined) {
      return firstAt;
    }
  }
  return undefined;
}
