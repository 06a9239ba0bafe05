/** What must hold once everything has come to rest. Answers the first thing that does not. */

import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { ATTEMPTS_PER_CYCLE } from '../../../shared/delivery/retry-policy.ts';
import { isDigest, owesMembers } from '../../../shared/delivery/row-change.ts';
import type { Account } from './ledger.ts';
import type { SimulatedAccount } from './simulated-account.ts';

/** A row that vanished in the middle may begin its attempts again, twice over. */
const POSTS_PER_EXPIRY = 2 * ATTEMPTS_PER_CYCLE;

export function audit(account: SimulatedAccount): void {
  const { ledger, rows } = account;
  for (const accepted of ledger.accounts.values()) {
    const row = rows.get(accepted.deliveryId);
    const broken = brokenEnding(accepted, row) ?? tooManyPosts(accepted, row) ?? sentOnTooOften(accepted);
    if (broken !== undefined) {
      ledger.violate(accepted.deliveryId, broken);
    }
  }
  const letters = [...account.poison, ...account.findingsDeadLetters].filter((body) => !isExcused(body, account));
  if (letters.length > 0) {
    ledger.violate('dead letters', `dead-lettered although well-formed: ${letters[0]}`);
  }
  const { findings, delivery, retry } = account.queues;
  if (
    malformedIn(findings.everSent) > malformedIn(account.findingsDeadLetters) ||
    malformedIn(delivery.everSent) + malformedIn(retry.everSent) > malformedIn(account.poison)
  ) {
    ledger.violate('dead letters', 'a malformed message vanished');
  }
  const lost = ledger.notices.lost((tenantId, webhookId) => account.webhook(tenantId, webhookId));
  const uncounted = uncountedSuperseded(account);
  if (lost !== undefined || uncounted !== undefined) {
    ledger.violate('lifecycle', lost ?? uncounted ?? '');
  }
  const brokenDigest = ledger.digests.brokenEnding(
    (deliveryId) => ledger.account(deliveryId).expiries > 0,
    ledger.revisions.overtakenInDigests,
  );
  if (brokenDigest !== undefined) {
    ledger.violate(...brokenDigest);
  }
  const miscounted = miscountedEnds(account);
  if (miscounted !== undefined) {
    ledger.violate('counts', miscounted);
  }
  const leaked = leakedSecret(account);
  if (leaked !== undefined) {
    ledger.violate('secrets', leaked);
  }
}

/**
 * Malformed on purpose; or ahead of a row that expired and began again, whose receiver asked for more than the five hours
 * after which the queue gives up.
 */
function isExcused(body: string, { ledger }: SimulatedAccount): boolean {
  const parsed = parseDeliveryMessage(body);
  return parsed.kind === 'parsed' ? ledger.account(parsed.message.deliveryId).expiries > 0 : body.includes('malformed');
}

function malformedIn(bodies: readonly string[]): number {
  return bodies.filter((body) => body.includes('malformed')).length;
}

/** What still has to be waited for; undefined if everything is at rest. */
export function unfinished({ queues, rows }: SimulatedAccount): string | undefined {
  const full = [queues.findings, queues.delivery, queues.retry].find(({ size }) => size > 0);
  if (full !== undefined) {
    return `${full.size} in ${full.name}: ${full.bodies()[0]}`;
  }
  const open = [...rows.values()].find(
    (row) =>
      row.status === 'pending' ||
      owesMembers(row) ||
      (row.status === 'failed' && row.reason === 'exhausted' && row.ticketSentAt === undefined),
  );
  return open && `a row is ${open.status} (${open.deliveryId})`;
}

function brokenEnding({ isAccepted, firstMessages, redriveMessages }: Account, row: DeliveryRow | undefined) {
  if (row === undefined) {
    return isAccepted || firstMessages > 0 ? 'lost: accepted, and nothing on record' : undefined;
  }
  switch (row.status) {
    case 'delivered':
    case 'held':
    case 'cancelled':
      return undefined;
    case 'pending':
      return 'lost: still pending with nothing under way';
    case 'failed':
      return brokenFailure(row, redriveMessages);
  }
}

function brokenFailure({ reason, lastAttempt, attemptLimit }: DeliveryRow, redriveMessages: ReadonlySet<number>) {
  switch (reason) {
    case 'exhausted':
      if (lastAttempt < attemptLimit) {
        return `failed after ${lastAttempt} of ${attemptLimit}`;
      }
      return redriveMessages.has(lastAttempt + 1) ? undefined : 'failed without a redrive message';
    case 'gone':
    case 'address-refused':
    case 'url-refused':
      return undefined;
    default:
      return `failed because of ${reason}`;
  }
}

function tooManyPosts(account: Account, row: DeliveryRow | undefined): string | undefined {
  const { posts, reopenings, crashes, duplicateReceives, firstMessages, failedRecords, expiries } = account;
  // The first message of a digest hops to the end of its window, and each attempt has a claim.
  const repeatedMessages = row !== undefined && isDigest(row) ? 0 : Math.max(0, firstMessages - 1);
  const most =
    ATTEMPTS_PER_CYCLE * (1 + reopenings) +
    crashes +
    duplicateReceives +
    repeatedMessages +
    failedRecords +
    POSTS_PER_EXPIRY * expiries;
  return posts > most ? `${posts} POSTs where ${most} are the most` : undefined;
}

/** Once per message; a worker that dies or is returned afterwards may send it on again. */
function sentOnTooOften({ sentOn, firstMessages, crashes, duplicateReceives, faults }: Account): string | undefined {
  const most = firstMessages + crashes + duplicateReceives + faults;
  return sentOn > most ? `sent on ${sentOn} times where ${most} are the most` : undefined;
}

/** A worker that dies between the record and its count leaves that one uncounted, and so does a record whose response is lost. */
function uncountedSuperseded({ ledger, rows }: SimulatedAccount): string | undefined {
  const { superseded, counted } = ledger.revisions;
  const undisturbed = [...superseded].filter((deliveryId) => {
    const { digestId = deliveryId } = rows.get(deliveryId) ?? {};
    // In a digest it is left out by that one's worker.
    return [deliveryId, digestId].map((id) => ledger.account(id)).every(isUndisturbed);
  });
  return counted < undisturbed.length ? `${undisturbed.length} superseded, ${counted} counted` : undefined;
}

/** Each end is counted once, unless a worker died, was refused or met another between the record and its count. */
function miscountedEnds({ ledger, rows }: SimulatedAccount): string | undefined {
  const disturbances = [...ledger.accounts.values()].reduce((sum, disturbed) => {
    const { crashes, faults, conflicts, duplicateReceives, expiries, firstMessages, deliveryId } = disturbed;
    const row = rows.get(deliveryId);
    const ofOne = crashes + faults + conflicts + duplicateReceives + expiries;
    // The worker of a digest ends all of its findings. Its first message hops, and repeats nothing.
    return row !== undefined && isDigest(row)
      ? sum + ofOne * ledger.digests.namersOf(deliveryId)
      : sum + ofOne + Math.max(0, firstMessages - 1);
  }, 0);
  const { ends, counted } = ledger;
  const countedAs = (...metrics: readonly string[]) =>
    metrics.reduce((sum, metric) => sum + (counted.get(`delivery.${metric}`) ?? 0), 0);
  const miscounted = [
    ['delivered', countedAs('delivered')] as const,
    ['failed', countedAs('failed')] as const,
    ['held', countedAs('held')] as const,
    ['cancelled', countedAs('cancelled', 'superseded')] as const,
  ].find(([status, times]) => Math.abs(times - (ends.get(status) ?? 0)) > disturbances);
  return miscounted && `${ends.get(miscounted[0]) ?? 0} ended as ${miscounted[0]}, ${miscounted[1]} are counted`;
}

function isUndisturbed({ crashes, faults, conflicts }: Account): boolean {
  return crashes + faults + conflicts === 0;
}

function leakedSecret(account: SimulatedAccount): string | undefined {
  const { secretValues, paths, said, rows, queues, poison, responses, requests } = account;
  const hidden = [
    ...said,
    ...poison,
    JSON.stringify([...requests.records]),
    ...[...rows.values()].map((row) => JSON.stringify(row)),
    ...Object.values(queues).flatMap((queue) => queue.everSent),
  ].join('\n');
  return leakedInto(hidden, [...secretValues, ...paths]) ?? leakedInto(responses.join('\n'), [...secretValues]);
}

function leakedInto(text: string, secrets: readonly string[]): string | undefined {
  return secrets
    .flatMap((secret) => [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
    .find((form) => text.includes(form));
}
