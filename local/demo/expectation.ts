/**
 * What must become of a file of findings, computed from the file, the alert rules and the receivers' behaviour alone:
 * nothing here asks the running system.
 */

import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import { canonicalFinding, type Finding } from '../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { Repair } from '../../shared/finding/repair.ts';
import type { DeliveryId, TenantId, WebhookId } from '../../shared/runtime/ids.ts';
import type { ConnectedDemoWebhook } from '../demo-webhooks.ts';
import { behaviourAt } from '../receiver/behaviour.ts';
import { vendorStatuses } from '../receiver/vendor-router.ts';
import type { FindingLine } from './findings-file.ts';

export interface ExpectedDelivery {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly finding: Finding;
  /** The lines that hold this very finding: one, or several if it was published more than once. */
  readonly lineNumbers: readonly number[];
  readonly path: string;
  readonly isSigned: boolean;
  readonly end: ExpectedEnd;
}

export interface ExpectedEnd {
  readonly status: 'delivered' | 'failed';
  readonly reason?: 'exhausted' | 'gone';
  /** To the attempts, in order. */
  readonly responses: readonly Response[];
}

/** A status, or none at all. */
export type Response = number | 'no-answer';

export interface ValidLine extends FindingLine {
  readonly kind: 'valid';
  readonly tenantId: TenantId;
  readonly finding: Finding;
  readonly repairs: readonly Repair[];
}

export interface RejectedLine extends FindingLine {
  readonly kind: 'rejected';
  /** By `dispatch`: it must be in the findings DLQ. */
  readonly because: string;
}

export interface RefusedLine extends FindingLine {
  readonly kind: 'refused';
}

export interface Expectation {
  readonly deliveries: readonly ExpectedDelivery[];
  /** Lines of which `dispatch` makes a finding that is not as it was published. */
  readonly repaired: readonly ValidLine[];
  /** Lines that EventBridge takes and `dispatch` rejects. */
  readonly rejected: readonly RejectedLine[];
  /** Lines that EventBridge does not take. */
  readonly refused: readonly RefusedLine[];
}

export type UnderstoodLine = ValidLine | RejectedLine | RefusedLine;

/** The promise: one attempt and up to three retries. Written out, so that it is not read from what it is to check. */
const MAX_ATTEMPTS = 4;

const LEVELS_FROM_LEAST = ['info', 'low', 'medium', 'high', 'critical'];

/** An SQS message's limit, and EventBridge's for a call, less what the event around the detail takes. */
const MAX_DETAIL_BYTES = 1024 * 1024 - 512;

export function understandLine(line: FindingLine, nowMillis: number): UnderstoodLine {
  if (!isJsonObject(line.text) || Buffer.byteLength(line.text) > MAX_DETAIL_BYTES) {
    return { ...line, kind: 'refused' };
  }
  const time = JSON.stringify(line.time ?? null);
  const parsed = parseFindingEvent(`{"time":${time},"detail":${line.text}}`, nowMillis);
  return parsed.kind === 'rejected'
    ? { ...line, kind: 'rejected', because: parsed.reason }
    : { ...line, kind: 'valid', tenantId: parsed.tenantId, finding: parsed.finding, repairs: parsed.repairs };
}

export function predict(
  lines: readonly UnderstoodLine[],
  webhooksOf: (tenantId: TenantId) => readonly ConnectedDemoWebhook[],
): Expectation {
  const deliveries = new Map<DeliveryId, ExpectedDelivery>();
  for (const line of lines) {
    if (line.kind === 'valid') {
      for (const connected of webhooksOf(line.tenantId).filter((candidate) => isAlerted(candidate, line.finding))) {
        const expected = predictDelivery(connected, line.finding, line.lineNumber);
        const known = deliveries.get(expected.deliveryId);
        const lineNumbers = [...(known?.lineNumbers ?? []), line.lineNumber];
        deliveries.set(expected.deliveryId, { ...expected, lineNumbers });
      }
    }
  }
  return {
    deliveries: [...deliveries.values()],
    repaired: lines.filter((line) => line.kind === 'valid').filter(({ repairs }) => repairs.length > 0),
    rejected: lines.filter((line) => line.kind === 'rejected'),
    refused: lines.filter((line) => line.kind === 'refused'),
  };
}

function isAlerted({ webhook: { alerts } }: ConnectedDemoWebhook, { severity }: Finding): boolean {
  return alerts.enabled && LEVELS_FROM_LEAST.indexOf(severity.level) >= LEVELS_FROM_LEAST.indexOf(alerts.minSeverity);
}

function predictDelivery(connected: ConnectedDemoWebhook, finding: Finding, lineNumber: number): ExpectedDelivery {
  const { webhook, path, isSigned } = connected;
  const { tenantId, webhookId } = webhook;
  return {
    tenantId,
    webhookId,
    deliveryId: deliveryIdOf(tenantId, webhookId, finding.detectedAt, canonicalFinding(finding)),
    finding,
    lineNumbers: [lineNumber],
    path,
    isSigned,
    end: predictEnd(path),
  };
}

export function predictEnd(path: string): ExpectedEnd {
  const vendor = vendorStatuses(path);
  if (vendor !== undefined) {
    return { status: 'delivered', responses: vendor };
  }
  const behave = behaviourAt(path);
  const responses: Response[] = [];
  for (;;) {
    const planned = behave?.(responses.length + 1) ?? { statusCode: 404 };
    responses.push(planned === 'no-answer' ? planned : planned.statusCode);
    const end = endAfter(responses);
    if (end !== undefined) {
      return end;
    }
  }
}

/** How a delivery ends that got these responses; undefined if it goes on, or had ended before the last of them. */
export function endAfter(responses: readonly Response[]): ExpectedEnd | undefined {
  const earlier = responses.slice(0, -1);
  const last = responses.at(-1);
  if (last === undefined || endAfter(earlier) !== undefined || earlier.length >= MAX_ATTEMPTS) {
    return undefined;
  }
  if (last === 410) {
    return { status: 'failed', reason: 'gone', responses };
  }
  if (last !== 'no-answer' && last >= 200 && last < 300) {
    return { status: 'delivered', responses };
  }
  return responses.length === MAX_ATTEMPTS ? { status: 'failed', reason: 'exhausted', responses } : undefined;
}

export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
