/**
 * SQS with message groups: as long as no group has more than a tenth of what is in flight, the oldest message comes
 * first; a group that has more waits until the others have none (SQS guide, fair queues).
 */
import { Heap } from './virtual-clock.ts';

/** "Typically above 10 % of the messages in flight", says the guide. */
const NOISY_SHARE = 0.1;
/** Of a handful in flight any group has a tenth. */
const NOISY_FROM = 20;

interface Waiting<Message> {
  readonly message: Message;
  readonly order: number;
  readonly at: number;
}

interface Group<Message> {
  readonly waiting: Waiting<Message>[];
  /** How many of `waiting` are gone: an array gives away its first element at the cost of its length. */
  taken: number;
}

const MAX_GONE = 1_000;

export class FairQueue<Message> {
  readonly #groupOf: (message: Message) => number;
  readonly #groups = new Map<number, Group<Message>>();
  /** Of each group that has a message: its oldest. */
  readonly #heads = new Heap<Waiting<Message>>((one, other) => one.order - other.order);
  readonly #inFlight = new Map<number, number>();
  #inFlightTotal = 0;
  #sent = 0;
  size = 0;

  constructor(groupOf: (message: Message) => number) {
    this.#groupOf = groupOf;
  }

  send(message: Message, now: number): void {
    const name = this.#groupOf(message);
    const group = this.#groups.get(name) ?? { waiting: [], taken: 0 };
    this.#groups.set(name, group);
    this.#sent += 1;
    const waiting = { message, order: this.#sent, at: now };
    group.waiting.push(waiting);
    if (group.waiting.length - group.taken === 1) {
      this.#heads.push(waiting);
    }
    this.size += 1;
  }

  /** When the message that waits longest was sent. */
  oldestAt(): number | undefined {
    return this.#heads.peek()?.at;
  }

  receive(atMost: number): readonly Message[] {
    const received: Message[] = [];
    const noisy: Waiting<Message>[] = [];
    while (received.length < atMost) {
      const head = this.#heads.pop();
      if (head === undefined) {
        break;
      }
      if (this.#isNoisy(this.#groupOf(head.message))) {
        noisy.push(head);
      } else {
        received.push(this.#take(head));
      }
    }
    for (const head of noisy) {
      this.#heads.push(head);
    }
    for (let head = this.#heads.peek(); head !== undefined && received.length < atMost; head = this.#heads.peek()) {
      this.#heads.pop();
      received.push(this.#take(head));
    }
    return received;
  }

  delete(message: Message): void {
    const name = this.#groupOf(message);
    this.#inFlight.set(name, (this.#inFlight.get(name) ?? 0) - 1);
    this.#inFlightTotal -= 1;
  }

  #isNoisy(group: number): boolean {
    const ofGroup = this.#inFlight.get(group) ?? 0;
    return this.#inFlightTotal >= NOISY_FROM && ofGroup > NOISY_SHARE * this.#inFlightTotal;
  }

  #take({ message }: Waiting<Message>): Message {
    const name = this.#groupOf(message);
    const group = this.#groups.get(name) as Group<Message>;
    group.taken += 1;
    const next = group.waiting[group.taken];
    if (next !== undefined) {
      this.#heads.push(next);
    }
    if (group.taken > MAX_GONE || next === undefined) {
      group.waiting.splice(0, group.taken);
      group.taken = 0;
    }
    this.#inFlight.set(name, (this.#inFlight.get(name) ?? 0) + 1);
    this.#inFlightTotal += 1;
    this.size -= 1;
    return message;
  }
}
