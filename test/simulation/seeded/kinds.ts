/** Everything that a run counts and must have seen: faults, what receivers and people do, lines of the protocol's table. */
import type { DeliveryMessage, DeliveryRow } from '../../../shared/delivery/delivery.ts';
import { hasLiveLease, owesRedriveMessage } from '../../../shared/delivery/row-change.ts';
import type { Dependency } from '../../../shared/runtime/dependency-unavailable.port.ts';

/** Without the network: the receivers of the simulation are behind a client of their own. */
const DEPENDENCIES = [
  'config-table',
  'delivery-log',
  'event-bus',
  'queue',
  'secret-store',
] as const satisfies readonly Dependency[];

export type SimulatedDependency = (typeof DEPENDENCIES)[number];

export const FAULTS = [
  ...DEPENDENCIES.map((dependency) => `${dependency}: refused` as const),
  ...DEPENDENCIES.map((dependency) => `${dependency}: answer lost` as const),
  ...DEPENDENCIES.map((dependency) => `${dependency}: down for an hour` as const),
  'config-table: lost response looks like a conflict',
  'delivery-log: lost response looks like a conflict',
  'delivery-log: items unprocessed',
  'delivery-log: keys unprocessed',
  'queue: entries left out',
  'slow answer',
  'crash before an effect',
  'crash after an effect',
  'killed at the function timeout',
  'duplicate receive',
  'deletion lost',
  'api: died before it answered',
  'api: answer lost on its way',
] as const;

export const HAPPENINGS = [
  'receiver: fails',
  'receiver: hangs',
  'receiver: slow',
  'receiver: resets',
  'receiver: redirects',
  'receiver: disappears',
  'receiver: asks to wait',
  'receiver: takes only so many',
  'receiver: gone',
  'receiver: asks to be disabled',
  'receiver: address refused',
  'person: connects a webhook',
  'person: changes the settings',
  'person: changes the destination',
  'person: is asked for the secrets again',
  'person: changes the alert rule',
  'person: raises the threshold',
  'person: changes the payload version',
  'person: chooses events',
  'person: changes the template',
  'person: chooses a digest',
  'person: wants no digest any more',
  'person: chooses what happens with a first sync',
  'person: chooses where notices go',
  'person: pauses',
  'person: resumes',
  'person: rotates the secret',
  'person: removes the secret',
  'person: rotates the signing key',
  'person: removes the signing key',
  'person: deletes the webhook',
  'person: deletes what is deleted',
  'person: retries by hand',
  'person: retries by hand, message lost',
  'person: retries many by hand',
  'person: may not retry while paused or disabled',
  'person: knows an outdated revision',
  'person: reaches for what is another tenant’s',
  'person: sends a request twice at once',
  'person: repeats a request',
  'person: repeats a request under its key',
  'person: is told that a request is still under way',
  'person: gets the response to an earlier request, without the secret',
  'people: change one webhook at once',
  'operator: redrives a redrive message',
  'webhook: disabled as gone',
  'webhook: disabled as requested',
  'webhook: disabled as failing',
  'webhook: noted as slow',
  'webhook: noted as quick',
  'message: sent on to the retry queue',
  'webhook: slowed down by a refusal',
  'message: waits for its turn',
  'message: looks at its line again',
  'delivery: takes a turn of a pace',
  'delivery: is noted as waiting',
  'clock: a wrong one has taken a turn',
  'clock: wrong by seconds',
  'message: returned for seconds',
  'delivery: begins a line',
  'delivery: joins a line',
  'operator: disables for a while',
  'event: updated',
  'event: resolved',
  'event: reopened',
  'event: overtakes an earlier one',
  'event: announced twice',
  'revision: updated is sent',
  'revision: resolved is sent',
  'revision: resolved is sent beyond the threshold',
  'revision: reopened is sent',
  'revision: superseded',
  'revision: superseded after an attempt',
  'revision: not detected',
  'revision: waits for another',
  'notice: failing',
  'notice: disabled',
  'notice: working',
  'notice: is sent',
  'digest: is joined',
  'digest: is joined once more',
  'digest: is joined in a first sync',
  'digest: is sent',
  'digest: has several findings',
  'digest: is delivered',
  'digest: ends as failed',
  'digest: ends as held',
  'digest: ends as cancelled',
  'event: duplicate',
  'event: malformed',
  'message: malformed',
  'row: expired',
  'record: late success',
  'record: first success replaces a row',
] as const;

/** The lines of "What the row says", by row and message. */
export const TABLE_LINES = [
  'delivered | any',
  'cancelled | any',
  'failed | re-opens, n = last + 1',
  'failed | n = last, redrive message owed',
  'failed | anything else',
  'held | re-opens, n = last + 1',
  'held | anything else',
  'pending | n < last',
  'pending | n = last',
  'pending | n = last + 1, not due',
  'pending | n = last + 1, due, leased',
  'pending | n = last + 1, due',
  'pending | n > last + 1',
  'absent | n = 1',
  'absent | n > 1',
] as const;

export type Fault = (typeof FAULTS)[number];
export type Happening = (typeof HAPPENINGS)[number];
export type TableLine = (typeof TABLE_LINES)[number];
export type Kind = Fault | Happening | TableLine;

export type Tally = Map<Kind, number>;

export function emptyTally(): Tally {
  return new Map([...FAULTS, ...HAPPENINGS, ...TABLE_LINES].map((kind) => [kind, 0]));
}

export function count(tally: Tally, kind: Kind): void {
  tally.set(kind, (tally.get(kind) ?? 0) + 1);
}

/** Read off the design's table, not off `nextStep`: the two can be told apart when they disagree. */
export function tableLine(row: DeliveryRow | undefined, message: DeliveryMessage, nowMillis: number): TableLine {
  const n = message.attempt;
  if (row === undefined) {
    return n === 1 ? 'absent | n = 1' : 'absent | n > 1';
  }
  const last = row.lastAttempt;
  switch (row.status) {
    case 'delivered':
      return 'delivered | any';
    case 'cancelled':
      return 'cancelled | any';
    case 'failed':
      if (message.reopen !== undefined && n === last + 1) {
        return 'failed | re-opens, n = last + 1';
      }
      return n === last && owesRedriveMessage(row)
        ? 'failed | n = last, redrive message owed'
        : 'failed | anything else';
    case 'held':
      return message.reopen !== undefined && n === last + 1 ? 'held | re-opens, n = last + 1' : 'held | anything else';
    case 'pending':
      if (n <= last) {
        return n < last ? 'pending | n < last' : 'pending | n = last';
      }
      if (n > last + 1) {
        return 'pending | n > last + 1';
      }
      if (row.nextAttemptAt !== undefined && nowMillis < row.nextAttemptAt) {
        return 'pending | n = last + 1, not due';
      }
      return hasLiveLease(row, nowMillis) ? 'pending | n = last + 1, due, leased' : 'pending | n = last + 1, due';
  }
}
