/**
 * Keeps the books of one run and checks, at every record and every POST, what must hold at that moment. What must hold
 * at the end is `audit.ts`.
 */
import { createHmac, createPublicKey, verify } from 'node:crypto';
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { hasLiveLease, isDigest } from '../../../shared/delivery/row-change.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import type { OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../../shared/runtime/ids.ts';
import { type Pace, paceOf } from '../../../shared/webhook/pace.ts';
import type { PublicKey } from '../../../shared/webhook/public-keys.ts';
import type { SigningSecrets } from '../../../shared/webhook/signing-secrets.ts';
import { LONGEST_THROTTLE_MILLIS, lineOf, TURN_HORIZON_MILLIS } from '../../../shared/webhook/turns.ts';
import type { Webhook, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { DigestBooks, isOfDigest } from './digest-books.ts';
import type { Invocation } from './invocation.ts';
import { count, type Happening, type Tally } from './kinds.ts';
import { MOST_SKEW_MILLIS } from './mishaps.ts';
import { Notices } from './notices.ts';
import { type EventOfFinding, Revisions } from './revisions.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One delivery's account: what happened to it, and what excuses a POST beyond four a retry cycle. */
export interface Account {
  readonly deliveryId: DeliveryId;
  isAccepted: boolean;
  /** Messages for attempt 1 that a queue took: an event may come twice. */
  firstMessages: number;
  posts: number;
  crashes: number;
  duplicateReceives: number;
  /** How often its message went from the delivery to the retry queue. */
  sentOn: number;
  /** Faults that met a worker with its message: what it sent may have been taken although it was returned. */
  faults: number;
  /** Writes of its row that met another row than they asked for, their own included. */
  conflicts: number;
  /** Faults that met a worker after its POST, so that it could not record the outcome. */
  failedRecords: number;
  reopenings: number;
  expiries: number;
  /** What was sent under each combination of settings that a body follows. */
  readonly bodies: Map<string, string>;
  /** The attempt that a recorded failure promised, and not before when. */
  promised: { readonly attempt: number; readonly at: number } | undefined;
  /** Attempt numbers of the redrive messages that were taken. */
  readonly redriveMessages: Set<number>;
}

export class Ledger {
  readonly accounts = new Map<DeliveryId, Account>();
  readonly revisions: Revisions;
  readonly notices: Notices;
  readonly digests: DigestBooks;
  /** How often a delivery ended so, and how often that was counted. */
  readonly ends = new Map<string, number>();
  readonly counted = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #trace: Trace;
  readonly #tally: Tally;
  readonly #slowNotedAt = new Map<string, number>();
  readonly #lineEndsAt = new Map<string, number>();
  readonly #turnsEndAt = new Map<string, number>();
  /** The first broken promise; the run stops at it. */
  violation: string | undefined;

  constructor(clock: VirtualClock, trace: Trace, tally: Tally) {
    this.#clock = clock;
    this.#trace = trace;
    this.#tally = tally;
    this.revisions = new Revisions(tally);
    this.notices = new Notices(tally);
    this.digests = new DigestBooks(tally);
  }

  account(deliveryId: DeliveryId): Account {
    const known = this.accounts.get(deliveryId);
    if (known !== undefined) {
      return known;
    }
    const account: Account = {
      deliveryId,
      isAccepted: false,
      firstMessages: 0,
      posts: 0,
      crashes: 0,
      duplicateReceives: 0,
      sentOn: 0,
      faults: 0,
      conflicts: 0,
      failedRecords: 0,
      reopenings: 0,
      expiries: 0,
      bodies: new Map(),
      promised: undefined,
      redriveMessages: new Set(),
    };
    this.accounts.set(deliveryId, account);
    return account;
  }

  violate(deliveryId: string, what: string): void {
    this.violation ??= [`${what} (${deliveryId})`, ...this.#trace.of(deliveryId)].join('\n');
  }

  messageTaken(queue: string, message: DeliveryMessage): void {
    const { deliveryId, attempt, reopen } = message;
    this.#trace.note(deliveryId, `${queue} takes attempt ${attempt}${reopen ? ` (${reopen})` : ''}`);
    const account = this.account(deliveryId);
    if (queue === 'exhausted') {
      account.redriveMessages.add(attempt);
    } else if (attempt === 1 && !message.sentOn && message.turn === undefined) {
      // What was sent on or waits is no further message of the same event: it excuses no POST, and no row that is written over.
      account.firstMessages += 1;
    }
  }

  /** From the delivery to the retry queue. */
  sentOn(deliveryId: DeliveryId): void {
    this.account(deliveryId).sentOn += 1;
  }

  /** Turns of a pace: no two at one moment in one line, and none far ahead. `webhook` is what was there before. */
  turnsTaken(invocation: Invocation, webhook: Webhook | undefined, firstAt: number, gapMillis: number): void {
    const pace = webhook && paceNow(webhook);
    if (webhook === undefined || pace === undefined) {
      this.violate(webhook?.webhookId ?? 'webhook', 'a turn at a webhook without a pace');
      return;
    }
    const { tenantId, webhookId, turns = {} } = webhook;
    const name = `${tenantId}#${webhookId}`;
    const line = `${name} ${lineOf(turns)}`;
    const { now } = invocation;
    // Other turns are counted from there where the URL has changed, or where a wrong clock has taken one.
    const { nextTurnAt = Number.POSITIVE_INFINITY } = turns;
    const isAsBefore = nextTurnAt < now + LONGEST_THROTTLE_MILLIS + TURN_HORIZON_MILLIS;
    const endedAt = isAsBefore ? (this.#turnsEndAt.get(line) ?? 0) : 0;
    if (firstAt < endedAt) {
      this.violate(name, `a turn ${endedAt - firstAt} ms before the line ends`);
    }
    if (firstAt + gapMillis > now + TURN_HORIZON_MILLIS + 4 * pace.paceMillis) {
      this.violate(name, `turns until ${firstAt + gapMillis - now} ms from now`);
    }
    this.#turnsEndAt.set(line, firstAt + gapMillis);
    const taken = Array.from(
      { length: Math.round(gapMillis / pace.paceMillis) },
      (_, index) => firstAt + index * pace.paceMillis,
    );
    invocation.turns.set(name, [...(invocation.turns.get(name) ?? []), ...taken]);
  }

  /** Each POST to a webhook of a pace has a turn that has come: its message brings it, or its worker has taken it. */
  #brokenTurn(invocation: Invocation, message: DeliveryMessage): string | undefined {
    const { webhook } = invocation.knowledgeOf(message.deliveryId);
    if (webhook === undefined || paceNow(webhook) === undefined) {
      return undefined;
    }
    const { now } = invocation;
    const { turn } = message;
    if (turn !== undefined && turn.line === lineOf(webhook.turns ?? {}) && turn.at <= now) {
      return undefined;
    }
    const taken = invocation.turns.get(`${webhook.tenantId}#${webhook.webhookId}`) ?? [];
    const [first] = taken;
    if (first === undefined || first > now) {
      return 'a POST before its turn';
    }
    taken.shift();
    return undefined;
  }

  /** Each refused delivery of a webhook has a moment of its own. */
  turnTaken(tenantId: TenantId, webhookId: WebhookId, at: number, gapMillis: number): void {
    const name = `${tenantId}#${webhookId}`;
    const lineEndsAt = this.#lineEndsAt.get(name) ?? 0;
    this.#lineEndsAt.set(name, at + gapMillis);
    if (at < lineEndsAt) {
      this.violate(name, `a turn ${lineEndsAt - at} ms before the line ends`);
    }
  }

  /** At most one note of slowness per webhook and five minutes. */
  paceNoted(tenantId: TenantId, webhookId: WebhookId, slowAt: number | undefined): void {
    const name = `${tenantId}#${webhookId}`;
    const before = this.#slowNotedAt.get(name);
    if (slowAt !== undefined) {
      this.#slowNotedAt.set(name, slowAt);
      if (before !== undefined && slowAt - before < 5 * 60_000 - 2 * MOST_SKEW_MILLIS) {
        this.violate(name, `noted as slow twice within ${slowAt - before} ms`);
      }
    } else if (before === undefined || this.#clock.now() - before < 10 * 60_000 - 2 * MOST_SKEW_MILLIS) {
      this.violate(name, 'noted as quick too soon');
    }
  }

  /** A fault met this worker: whatever it has posted may now go unrecorded. */
  faultMet(invocation: Invocation, what: string): void {
    for (const deliveryId of invocation.messages.keys()) {
      this.#trace.note(deliveryId, `${invocation.name}: ${what}`);
      this.account(deliveryId).faults += 1;
    }
    for (const [deliveryId, { unrecorded }] of invocation.known) {
      this.account(deliveryId).failedRecords += unrecorded > 0 ? 1 : 0;
    }
  }

  died(invocation: Invocation, death: string): void {
    for (const deliveryId of invocation.messages.keys()) {
      this.#trace.note(deliveryId, `${invocation.name}: ${death}`);
      this.account(deliveryId).crashes += 1;
    }
  }

  /** `secret` is what the webhook names that the worker has read. */
  posting(invocation: Invocation, request: OutgoingRequest, secret: WebhookSecret | undefined): void {
    const deliveryId = request.headers['webhook-id'] as DeliveryId;
    const message = invocation.messages.get(deliveryId);
    this.#trace.note(deliveryId, `${invocation.name}: POST of attempt ${message?.attempt}`);
    if (message === undefined) {
      this.violate(deliveryId, 'a POST with an id that the worker was not given');
      return;
    }
    const account = this.account(deliveryId);
    account.posts += 1;
    const { webhook, row } = invocation.knowledgeOf(deliveryId);
    const broken =
      brokenRequest(request, webhook, { account, secret, members: row?.digestMembers, now: invocation.now }) ??
      brokenSignature(request, secret, webhook?.secretContents?.publicKeys) ??
      (webhook && this.#brokenContent(invocation, message, webhook, request)) ??
      this.#brokenMoment(invocation, deliveryId) ??
      this.#brokenTurn(invocation, message);
    if (broken !== undefined) {
      this.violate(deliveryId, broken);
    }
  }

  #brokenContent(
    invocation: Invocation,
    message: DeliveryMessage,
    webhook: Webhook,
    request: OutgoingRequest,
  ): string | undefined {
    const { row } = invocation.knowledgeOf(message.deliveryId);
    if (row === undefined || !isDigest(row)) {
      return this.revisions.posting(invocation, message, webhook, request);
    }
    const broken = this.digests
      .membersOf(row)
      .map((member) => this.revisions.sending(invocation, row.deliveryId, member, webhook));
    return this.digests.posting(row, webhook, request, invocation.now) ?? broken.find((one) => one !== undefined);
  }

  /** A mark of this finding has advanced under this message. */
  begun(message: DeliveryMessage, findingId: string, revision: number): void {
    const of = isOfDigest(message) ? this.digests.memberWith(message.deliveryId, findingId, revision) : message;
    if (of !== undefined) {
      this.revisions.begun(of);
    }
  }

  answered(invocation: Invocation, message: DeliveryMessage): void {
    const { row } = invocation.knowledgeOf(message.deliveryId);
    const of: readonly EventOfFinding[] = row !== undefined && isDigest(row) ? this.digests.membersOf(row) : [message];
    for (const one of of) {
      this.revisions.answered(message.deliveryId, one);
    }
  }

  #brokenMoment(invocation: Invocation, deliveryId: DeliveryId): string | undefined {
    const { row, webhook, hasReadDelivered } = invocation.knowledgeOf(deliveryId);
    if (hasReadDelivered) {
      return 'a POST after "delivered" was read';
    }
    if (webhook?.state.kind !== 'enabled') {
      return `a POST to a webhook that was read as ${webhook?.state.kind ?? 'gone'}`;
    }
    const { now } = invocation;
    const { promised } = this.account(deliveryId);
    if (
      promised !== undefined &&
      promised.attempt === invocation.messages.get(deliveryId)?.attempt &&
      now < promised.at
    ) {
      return `a POST ${promised.at - now} ms before its time`;
    }
    if (row !== undefined && !(row.lease !== undefined && invocation.leases.has(row.lease) && hasLiveLease(row, now))) {
      return 'a POST without a claim although there was a row';
    }
    return undefined;
  }

  /** `stored` is what was there in truth, whatever the worker had read. */
  rowWritten(
    invocation: Invocation | undefined,
    stored: DeliveryRow | undefined,
    row: DeliveryRow,
    how: 'condition' | 'put',
  ): void {
    const { deliveryId } = row;
    const account = this.account(deliveryId);
    const by = invocation?.name ?? 'person';
    this.#trace.note(
      deliveryId,
      `${by}: row ${row.status}${row.reason ? ` (${row.reason})` : ''}, last ${row.lastAttempt} of ${row.attemptLimit}` +
        `${row.lease ? `, ${row.lease}` : ''}${how === 'put' ? ', put' : ''}`,
    );
    const isReopened = row.status === 'pending' && (stored?.status === 'failed' || stored?.status === 'held');
    account.reopenings += isReopened ? 1 : 0;
    if (isReopened || row.attempts.length > (stored?.attempts.length ?? 0)) {
      account.promised =
        isReopened || row.nextAttemptAt === undefined
          ? undefined
          : { attempt: row.lastAttempt + 1, at: row.nextAttemptAt };
    }
    if (row.attempts.some(({ duplicate }) => duplicate)) {
      this.#saw('record: late success');
    }
    if (row.waitingSince !== undefined && stored?.waitingSince === undefined) {
      this.#saw('delivery: is noted as waiting');
    }
    if (how === 'put' && stored !== undefined) {
      this.#saw('record: first success replaces a row');
    }
    const { webhook } = invocation?.knowledgeOf(deliveryId) ?? {};
    const brokenDigest = this.digests.rowWritten(stored, row, webhook);
    const isSettlement = this.digests.isSettlement(stored, row);
    this.#noteEnd(stored, row);
    const broken =
      how === 'put'
        ? brokenPut(stored, account)
        : (brokenDigest ??
          (isDigest(row)
            ? undefined
            : this.revisions.rowWritten(stored, row, this.digests.laterInDigest(row).length > 0)) ??
          (isSettlement ? undefined : brokenHistory(stored, row, account)) ??
          brokenEnd(stored, row) ??
          brokenWait(stored, row));
    if (broken !== undefined) {
      this.violate(deliveryId, broken);
    }
    if (!isSettlement && (row.attempts.length > (stored?.attempts.length ?? 0) || how === 'put')) {
      this.#attemptRecorded(invocation, deliveryId);
    }
  }

  /** A digest is counted by its members. */
  #noteEnd(stored: DeliveryRow | undefined, row: DeliveryRow): void {
    if (!isDigest(row) && row.status !== 'pending' && row.status !== stored?.status) {
      this.ends.set(row.status, (this.ends.get(row.status) ?? 0) + 1);
    }
  }

  #saw(kind: Happening): void {
    count(this.#tally, kind);
  }

  #attemptRecorded(invocation: Invocation | undefined, deliveryId: DeliveryId): void {
    const known = invocation?.knowledgeOf(deliveryId);
    if (known !== undefined && known.unrecorded > 0) {
      known.unrecorded -= 1;
    } else if (this.account(deliveryId).expiries === 0) {
      this.violate(deliveryId, 'an attempt is on record that was never made');
    }
  }
}

function paceNow(webhook: Webhook): Pace | undefined {
  return paceOf(webhook, findFormat(webhook.format.id));
}

/** `now` is by the worker's own clock. */
function brokenRequest(
  { url, body, headers }: OutgoingRequest,
  webhook: Webhook | undefined,
  {
    account: { bodies },
    secret,
    members,
    now,
  }: {
    readonly account: Account;
    readonly secret: WebhookSecret | undefined;
    readonly members: string | undefined;
    readonly now: number;
  },
): string | undefined {
  const { hostname } = new URL(url);
  const tenants = [...body.matchAll(/account-of-(\w+)/g)].map(([, tenantId]) => tenantId);
  const stray =
    tenants.length === 0 ? 'no tenant' : tenants.find((tenantId) => !hostname.endsWith(`.${tenantId}.example`));
  if (stray !== undefined) {
    return `account-of-${stray} reached ${hostname}`;
  }
  if (url !== (secret?.url ?? webhook?.url) || webhook === undefined) {
    return 'a POST to where the webhook does not lead';
  }
  const settings = JSON.stringify([webhook.payloadVersion, webhook.format.options, members]);
  if (bodies.has(settings) && bodies.get(settings) !== body) {
    return 'the body differs from that of an earlier attempt';
  }
  bodies.set(settings, body);
  return headers['webhook-timestamp'] === String(Math.floor(now / 1000))
    ? undefined
    : 'the timestamp is not that of this attempt';
}

/** The one exception: two first attempts at once, of which one is a success. */
function brokenPut(stored: DeliveryRow | undefined, { duplicateReceives, firstMessages, expiries }: Account) {
  return stored === undefined || duplicateReceives > 0 || firstMessages > 1 || expiries > 0
    ? undefined
    : 'a first success replaced a row although nothing came twice';
}

function brokenHistory(stored: DeliveryRow | undefined, row: DeliveryRow, { expiries }: Account): string | undefined {
  if (expiries > 0) {
    return undefined;
  }
  const before = stored?.attempts ?? [];
  const added = row.attempts.slice(before.length);
  if (
    before.some(({ number, at }, index) => row.attempts[index]?.number !== number || row.attempts[index]?.at !== at)
  ) {
    return 'a recorded attempt was changed or dropped';
  }
  if (added.length > 1) {
    return `${added.length} attempts recorded at once`;
  }
  const lastBefore = stored?.lastAttempt ?? 0;
  if (row.lastAttempt < lastBefore) {
    return `the attempt number fell from ${lastBefore} to ${row.lastAttempt}`;
  }
  const [attempt] = added;
  if (attempt === undefined && row.lastAttempt !== lastBefore) {
    return `attempt ${row.lastAttempt} used up without being made`;
  }
  if (attempt !== undefined && !attempt.duplicate && attempt.number !== lastBefore + 1) {
    return `attempt ${attempt.number} recorded after ${lastBefore}`;
  }
  return undefined;
}

/** A wait uses nothing up, and what ends it is an attempt or the delivery's end. */
function brokenWait(stored: DeliveryRow | undefined, row: DeliveryRow): string | undefined {
  const isRecorded =
    row.attempts.length > (stored?.attempts.length ?? 0) || row.lastAttempt > (stored?.lastAttempt ?? 0);
  if (row.waitingSince !== undefined && (isRecorded || row.status !== 'pending')) {
    return 'still waiting although an attempt is recorded or it has ended';
  }
  const isSameCycle = stored?.status === 'pending' && row.status === 'pending';
  if (isSameCycle && row.attemptLimit !== stored.attemptLimit) {
    return `the limit went from ${stored.attemptLimit} to ${row.attemptLimit}`;
  }
  // A worker that had read the row before the wait was noted claims it as it was: its attempt ends the wait.
  const isClaimed = row.lease !== undefined && row.lease !== stored?.lease;
  const isJoined = row.digestId !== undefined && row.digestId !== stored?.digestId;
  const isOver = isRecorded || isClaimed || isJoined;
  return isSameCycle && stored.waitingSince !== undefined && row.waitingSince === undefined && !isOver
    ? 'no longer waiting although nothing is recorded'
    : undefined;
}

function brokenEnd(stored: DeliveryRow | undefined, row: DeliveryRow): string | undefined {
  // Only what a digest owes its findings is noted.
  if (isDigest(row) && row.status === stored?.status && row.lastAttempt === stored.lastAttempt) {
    return undefined;
  }
  if (stored?.status === 'delivered') {
    return `a delivered row was overwritten as ${row.status}`;
  }
  if (stored?.status === 'cancelled' && row.status !== 'delivered') {
    return `a cancelled row was overwritten as ${row.status}`;
  }
  return row.status === 'failed' && row.reason === 'exhausted' && row.lastAttempt < row.attemptLimit
    ? 'exhausted before its limit'
    : undefined;
}

/**
 * Computed without the product's own signing. During an overlap each header carries up to three signatures by secrets, and up
 * to three by keys, which are verified as receivers do: with what the webhook shows of them.
 */
function brokenSignature(
  { headers, body }: OutgoingRequest,
  secret: WebhookSecret | undefined,
  publicKeys: readonly PublicKey[] = [],
): string | undefined {
  const t = headers['webhook-timestamp'];
  const { current, previous = [] }: Partial<SigningSecrets> = secret?.signing ?? {};
  const earlier = previous.filter(({ until }) => Number(t) * 1000 < until).map((one) => one.secret);
  const keys = [current, ...earlier].filter((key) => key !== undefined);
  const stripes = keys.map((key) => `v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`);
  const standards = keys.map((key) => {
    const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : key;
    const signed = `${headers['webhook-id']}.${t}.${body}`;
    return `v1,${createHmac('sha256', bytes).update(signed).digest('base64')}`;
  });
  const given = headers['webhook-signature']?.split(' ') ?? [];
  const [bySecrets, byKeys] = [given.slice(0, standards.length), given.slice(standards.length)];
  const expected = keys.length === 0 ? undefined : [`t=${t}`, ...stripes].join();
  if (headers['x-thalian-signature'] !== expected || bySecrets.join() !== standards.join()) {
    return keys.length === 0 ? 'signed without a secret' : 'not signed with the secrets that the webhook names';
  }
  const signing = publicKeys.filter(({ until }) => until === undefined || Number(t) * 1000 < until);
  const signed = Buffer.from(`${headers['webhook-id']}.${t}.${body}`);
  const areSigned = signing.every(({ x }, index) => isSignedByKey(signed, x, byKeys[index] ?? ''));
  return areSigned && byKeys.length === signing.length ? undefined : 'not signed with the keys that the webhook shows';
}

function isSignedByKey(signed: Buffer, x: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (
    signature.startsWith('v1a,') && verify(null, signed, key, Buffer.from(signature.slice('v1a,'.length), 'base64'))
  );
}
