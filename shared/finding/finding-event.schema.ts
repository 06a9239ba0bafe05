/**
 * The event that Thalian puts on the findings bus, as SQS hands it to `dispatch`. The schema says what publishers are asked
 * for; what they write otherwise is repaired (`finding-repair.ts`).
 */
import * as z from 'zod';
import { parseTenantId, type TenantId } from '../runtime/ids.ts';
import { keepDigits, parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import { LIFECYCLE_MEMBER } from '../topology/findings-source.ts';
import { understandInstant } from './detection-spelling.ts';
import { findingSchema } from './finding.schema.ts';
import { type Finding, isPlausibleDetection, isPlausibleInstant } from './finding.ts';
import { type Lack, type RepairedFinding, repairFinding } from './finding-repair.ts';
import { fitFinding, type ShortenedMember } from './finding-size.ts';
import { eventOfType, revisionSchema } from './lifecycle.schema.ts';
import { FIRST_DETECTION, type FindingEventName, type Lifecycle } from './lifecycle.ts';
import type { Repair } from './repair.ts';

const TENANT_ID_RULE = 'must be 1 to 64 letters, digits, underscores or hyphens';

const tenantIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, TENANT_ID_RULE)
  .describe('Whose finding it is');

/** `detail` of the event, as it is published. Unknown extra fields are dropped: the publisher may grow before we do. */
export const findingDetailSchema = z
  .object({
    tenantId: tenantIdSchema,
    finding: findingSchema,
    revision: revisionSchema
      .describe(
        'Grows with each event of the finding, by any step. Absent: 1 for a detection, and the time of any other event in milliseconds',
      )
      .exactOptional(),
  })
  .describe(
    'detail of the EventBridge event with source thalian.findings and detail-type Finding Detected, Finding Updated, Finding Resolved or Finding Reopened',
  );

export interface FindingEvent {
  readonly kind: 'parsed';
  readonly tenantId: TenantId;
  readonly finding: Finding;
  readonly lifecycle: Lifecycle;
  /** Empty if the finding is as it was published. */
  readonly repairs: readonly Repair[];
}

const eventSchema = z.record(z.string(), z.unknown());
const wrappedSchema = z.object({ [LIFECYCLE_MEMBER]: eventSchema });

/**
 * `body` is the SQS message's body: the whole EventBridge event as JSON. `sentAtMillis` is when the queue took it. It stands
 * for a time of the event that cannot be used: it stays the same when the message is received again.
 */
export function parseFindingEvent(body: string, nowMillis: number, sentAtMillis = nowMillis): FindingEvent | Rejected {
  const json = parseJson(body);
  if (json.kind === 'rejected') {
    return json;
  }
  const opened = openEvent(json.value);
  if (opened.kind === 'rejected') {
    return opened;
  }
  const { event, detail } = opened;
  const { tenantId: tenant, revision } = detail;
  // In the finding alone: a tenant's id that is a number is none, however many digits it has.
  const withDigits = openEvent(keepDigits(body, json.value));
  const finding = withDigits.kind === 'opened' ? withDigits.detail['finding'] : undefined;
  const tenantId = typeof tenant === 'string' ? parseTenantId(tenant) : undefined;
  const published = publishedAt(event['time'], nowMillis, sentAtMillis);
  const read = asPublished(finding, nowMillis) ?? repairFinding(finding, { now: nowMillis, published });
  if (tenantId === undefined || read.kind === 'refused') {
    return refusal(tenantId, read.kind === 'refused' ? read.lacks : []);
  }
  const ordered = readRevision(revision, eventOfType(event['detail-type']), published);
  return checked(tenantId, read.finding, ordered.lifecycle, [...read.repairs, ...ordered.repairs]);
}

type Members = z.output<typeof eventSchema>;

/** The event and its detail, whatever is in them. */
export function openEvent(
  value: unknown,
): { readonly kind: 'opened'; readonly event: Members; readonly detail: Members } | Rejected {
  const event = eventSchema.safeParse(unwrapped(value));
  if (!event.success) {
    return { kind: 'rejected', reason: 'the body is no event' };
  }
  const detail = eventSchema.safeParse(event.data['detail']);
  return detail.success
    ? { kind: 'opened', event: event.data, detail: detail.data }
    : { kind: 'rejected', reason: 'detail: must hold a tenantId and a finding' };
}

/** Of a later event the rule has put it into a member; a detection comes as it is. */
function unwrapped(value: unknown): unknown {
  const wrapped = wrappedSchema.safeParse(value);
  return wrapped.success ? wrapped.data[LIFECYCLE_MEMBER] : value;
}

/**
 * What is no revision is as if it were absent: the finding goes all the same. An event whose publisher does not number is ordered by
 * when it was published; a detection without a number comes before all others.
 */
function readRevision(
  written: unknown,
  event: FindingEventName,
  published: number,
): Pick<FindingEvent, 'lifecycle' | 'repairs'> {
  const absent = { event, revision: event === 'detected' ? FIRST_DETECTION.revision : published };
  if (written === undefined) {
    return { lifecycle: absent, repairs: [] };
  }
  const understood = revisionSchema.safeParse(typeof written === 'string' ? Number(written) : written);
  if (!understood.success) {
    return { lifecycle: absent, repairs: [{ field: 'revision', kind: 'dropped' }] };
  }
  return {
    lifecycle: { event, revision: understood.data },
    repairs: typeof written === 'string' ? [{ field: 'revision', kind: 'respelled' }] : [],
  };
}

/** Undefined if it needs a repair. What the contract takes keeps its bytes, and so the id of its deliveries. */
function asPublished(written: unknown, nowMillis: number): RepairedFinding | undefined {
  const parsed = findingSchema.safeParse(written);
  return parsed.success && isPlausibleDetection(parsed.data.detectedAt, nowMillis)
    ? { kind: 'repaired', finding: parsed.data, repairs: [] }
    : undefined;
}

/** EventBridge takes any time that a publisher gives, so the event's own may be as wrong as that of the finding. */
function publishedAt(time: unknown, nowMillis: number, sentAtMillis: number): number {
  const candidates = [understandInstant(time), sentAtMillis];
  return candidates.find((millis) => millis !== undefined && isPlausibleInstant(millis, nowMillis)) ?? nowMillis;
}

function refusal(tenantId: TenantId | undefined, lacks: readonly Lack[]): Rejected {
  const reasons = [
    ...(tenantId === undefined ? [`detail.tenantId: ${TENANT_ID_RULE}`] : []),
    ...lacks.map(({ field, must }) => `detail.finding.${field}: ${must}`),
  ];
  return { kind: 'rejected', reason: reasons.join('; ') };
}

/** A repair that the contract does not take is a bug of ours. The finding is then set aside and not lost. */
function checked(
  tenantId: TenantId,
  repaired: Finding,
  lifecycle: Lifecycle,
  repairs: readonly Repair[],
): FindingEvent | Rejected {
  const parsed = findingSchema.safeParse(repaired);
  if (!parsed.success) {
    return { kind: 'rejected', reason: `the repaired finding: ${rejection(parsed.error).reason}` };
  }
  const { finding, shortened } = fitFinding(parsed.data);
  return { kind: 'parsed', tenantId, finding, lifecycle, repairs: [...repairs, ...shortened.map(cut)] };
}

function cut(field: ShortenedMember): Repair {
  return { field, kind: 'cut' };
}
