/** The event that Thalian puts on the findings bus, as SQS hands it to `dispatch`. */
import * as z from 'zod';
import { parseTenantId, type TenantId } from '../runtime/ids.ts';
import { parseJson, type Rejected, rejection } from '../runtime/parse-json.schema.ts';
import { findingSchema } from './finding.schema.ts';
import { type Finding, isPlausibleDetection } from './finding.ts';
import { fitFinding } from './finding-size.ts';

const tenantIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, underscores or hyphens')
  .describe('Whose finding it is');

/** `detail` of the event. Unknown extra fields are dropped, not refused: the publisher may grow before we do. */
export const findingDetailSchema = z
  .object({ tenantId: tenantIdSchema, finding: findingSchema })
  .describe('detail of the EventBridge event with source thalian.findings and detail-type Finding Detected');

const envelopeSchema = z.object({ detail: findingDetailSchema });

export interface FindingEvent {
  readonly kind: 'parsed';
  readonly tenantId: TenantId;
  readonly finding: Finding;
}

/** `body` is the SQS message's body: the whole EventBridge event as JSON. */
export function parseFindingEvent(body: string, nowMillis: number): FindingEvent | Rejected {
  const json = parseJson(body);
  if (json.kind === 'rejected') {
    return json;
  }
  const parsed = envelopeSchema.safeParse(json.value);
  if (!parsed.success) {
    return rejection(parsed.error);
  }
  const { detail } = parsed.data;
  const tenantId = parseTenantId(detail.tenantId);
  if (tenantId === undefined) {
    return { kind: 'rejected', reason: 'detail.tenantId: not a tenant id' };
  }
  if (!isPlausibleDetection(detail.finding.detectedAt, nowMillis)) {
    return { kind: 'rejected', reason: 'detail.finding.detectedAt: must lie between the year 2000 and tomorrow' };
  }
  return { kind: 'parsed', tenantId, finding: fitFinding(detail.finding).finding };
}
