/**
 * Which findings an attempt of a digest is about: those that wait for it and may be sent as the webhook is now, of each finding the
 * latest event alone. What may not is left out, with the reason. A later attempt chooses among those of the first.
 */
import type { CancelReason, DeliveryMessage, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { parseCanonicalFinding } from '../../shared/delivery/delivery-message.schema.ts';
import { MAX_MEMBERS, membersOf } from '../../shared/delivery/digest.ts';
import { maySend } from '../../shared/delivery/may-send.ts';
import {
  type Beginning,
  beginRevision,
  isRecorded,
  obstacleOf,
  passOverResolution,
} from '../../shared/delivery/revision-mark.ts';
import { type DigestEntry, digestEntry } from '../../shared/finding/digest-content.ts';
import { type Lifecycle, lifecycleOf } from '../../shared/finding/lifecycle.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import { hasLifecycle } from '../../shared/webhook/chosen-events.ts';
import { shownLifecycle } from '../../shared/webhook/payload-version.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import type { Batch } from './batch.ts';
import { MAX_LOOKS } from './looks.ts';
import { inParts } from './settle-members.ts';

export interface Chosen {
  readonly entries: readonly ChosenEntry[];
  readonly leftOut: readonly { readonly deliveryId: DeliveryId; readonly reason: CancelReason }[];
}

interface ChosenEntry extends DigestEntry {
  readonly deliveryId: DeliveryId;
}

interface Candidate {
  readonly deliveryId: DeliveryId;
  readonly findingId: string;
  readonly lifecycle: Lifecycle;
  readonly entry: DigestEntry;
  readonly refused: CancelReason | undefined;
}

type Judged = Candidate & { readonly reason?: CancelReason };

/** `return`: an event of one of its findings is on its way at this moment. */
export async function chooseMembers(
  batch: Batch,
  digest: DeliveryRow,
  message: DeliveryMessage,
  webhook: Webhook,
): Promise<Chosen | 'return'> {
  const candidates = await readCandidates(batch, digest, webhook);
  const judged = hasLifecycle(webhook)
    ? await beginAll(batch, digest, message, latestOfEach(candidates))
    : candidates.map(withRefusal);
  if (judged === 'return') {
    return 'return';
  }
  return {
    entries: judged.flatMap(({ reason, entry, deliveryId }) =>
      reason === undefined ? [{ ...entry, deliveryId }] : [],
    ),
    leftOut: judged.flatMap(({ reason, deliveryId }) => (reason === undefined ? [] : [{ deliveryId, reason }])),
  };
}

async function readCandidates(batch: Batch, digest: DeliveryRow, webhook: Webhook): Promise<readonly Candidate[]> {
  const { tenantId, webhookId, deliveryId } = digest;
  const named = membersOf(digest) ?? (await batch.digestMembers.list(tenantId, webhookId, deliveryId, MAX_MEMBERS));
  const candidates: Candidate[] = [];
  for (const ids of inParts(named)) {
    const rows = await batch.digestMembers.read(tenantId, webhookId, ids);
    const waiting = rows.filter(({ status, digestId }) => status === 'pending' && digestId === deliveryId);
    candidates.push(...waiting.map((row) => candidateOf(row, webhook)));
  }
  return candidates;
}

function candidateOf(row: DeliveryRow, webhook: Webhook): Candidate {
  const parsed = parseCanonicalFinding(row.finding);
  if (parsed.kind === 'rejected') {
    throw new Error(`The finding of ${row.deliveryId} in the log cannot be read: ${parsed.reason}`);
  }
  const { finding } = parsed;
  const lifecycle = lifecycleOf(row);
  const permission = maySend(webhook, finding, row.reopen, row.event, row.deliveryId);
  return {
    deliveryId: row.deliveryId,
    findingId: finding.id,
    lifecycle,
    entry: digestEntry(finding, row.deliveryId, shownLifecycle(webhook, lifecycle).lifecycle),
    refused: permission.kind === 'cancel' ? permission.reason : undefined,
  };
}

function withRefusal(candidate: Candidate): Judged {
  return { ...candidate, ...(candidate.refused && { reason: candidate.refused }) };
}

/**
 * What the latest event of a finding overtakes is superseded, also if the alert rule refuses that one: it is how the finding is
 * now. An event that the webhook does not want overtakes nothing.
 */
function latestOfEach(candidates: readonly Candidate[]): readonly Judged[] {
  const latest = new Map<string, number>();
  for (const { findingId, lifecycle } of candidates.filter(({ refused }) => refused !== 'event-not-chosen')) {
    latest.set(findingId, Math.max(latest.get(findingId) ?? 0, lifecycle.revision));
  }
  return candidates.map((candidate) =>
    candidate.lifecycle.revision < (latest.get(candidate.findingId) ?? 0)
      ? { ...candidate, reason: 'superseded' }
      : withRefusal(candidate),
  );
}

/** The marks of the findings advance as before an attempt of each alone, under the digest's name. */
async function beginAll(
  batch: Batch,
  digest: DeliveryRow,
  { deliveryId, attempt }: DeliveryMessage,
  candidates: readonly Judged[],
): Promise<readonly Judged[] | 'return'> {
  const begun: Judged[] = [];
  const lease = batch.newLease();
  for (const part of inParts(candidates)) {
    const outcomes = await Promise.all(
      part.map(async (candidate) => {
        if (candidate.reason !== undefined) {
          return candidate;
        }
        const { lifecycle, findingId } = candidate;
        const beginning = { message: { deliveryId, attempt }, lifecycle, lastAttempt: digest.lastAttempt, lease };
        const reason = await begin(batch, digest, findingId, beginning);
        return reason === 'under-way' ? reason : { ...candidate, ...(reason && { reason }) };
      }),
    );
    const ready = outcomes.filter((outcome) => outcome !== 'under-way');
    if (ready.length < part.length) {
      return 'return';
    }
    begun.push(...ready);
  }
  return begun;
}

async function begin(
  batch: Batch,
  { tenantId, webhookId }: DeliveryRow,
  findingId: string,
  beginning: Beginning,
): Promise<'superseded' | 'not-detected' | 'under-way' | undefined> {
  let endedLease: string | undefined;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const change = beginRevision(beginning, batch.clock.now(), endedLease);
    const outcome = await batch.marks.advance(tenantId, webhookId, findingId, change);
    const obstacle =
      outcome.kind === 'written' ? ({ kind: 'ours' } as const) : obstacleOf(outcome.mark, beginning, batch.clock.now());
    switch (obstacle.kind) {
      case 'ours':
        return undefined;
      case 'superseded':
        return 'superseded';
      case 'not-detected': {
        const passed = passOverResolution(beginning.lifecycle, batch.clock.now());
        if ((await batch.marks.advance(tenantId, webhookId, findingId, passed)).kind === 'written') {
          return 'not-detected';
        }
        break;
      }
      case 'under-way':
        if (!isRecorded(await batch.log.find(tenantId, webhookId, obstacle.deliveryId), obstacle.attempt)) {
          return 'under-way';
        }
        endedLease = obstacle.lease;
        break;
      case 'none':
        break;
    }
  }
  return 'under-way';
}
