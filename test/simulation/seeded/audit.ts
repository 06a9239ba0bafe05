/** What must hold once everything has come to rest. Answers the first thing that does not. */

import type { DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { parseDeliveryMessage } from '../../../shared/delivery/delivery-message.schema.ts';
import { ATTEMPTS_PER_CYCLE } from '../../../shared/delivery/retry-policy.ts';
import type { Account } from './ledger.ts';
import type { SimulatedAccount } from './simulated-account.ts';

/** A row that vanished in the middle may begin its attempts again, twice over. */
const POSTS_PER_EXPIRY = 2 * ATTEMPTS_PER_CYCLE;

export function audit(account: SimulatedAccount): void {
  const { ledger, rows } = account;
  for (const accepted of ledger.accounts.values()) {
    const row = rows.get(accepted.deliveryId);
    const broken = brokenEnding(accepted, row) ?? tooManyPosts(accepted) ?? sentOnTooOften(accepted);
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
    ({ status, reason, ticketSentAt }) =>
      status === 'pending' || (status === 'failed' && reason === 'exhausted' && ticketSentAt === undefined),
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

function tooManyPosts(account: Account): string | undefined {
  const { posts, reopenings, crashes, duplicateReceives, firstMessages, failedRecords, expiries } = account;
  const repeatedMessages = Math.max(0, firstMessages - 1);
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
function uncountedSuperseded({ ledger }: SimulatedAccount): string | undefined {
  const { superseded, counted } = ledger.revisions;
  const undisturbed = [...superseded].filter((deliveryId) => {
    const { crashes, faults, conflicts } = ledger.account(deliveryId);
    return crashes + faults + conflicts === 0;
  });
  return counted < undisturbed.length ? `${undisturbed.length} superseded, ${counted} counted` : undefined;
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
