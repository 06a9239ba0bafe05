/**
 * The canary's receiver, as a customer's would be: it verifies the signature, and measures how long the finding was on its
 * way. Anyone can call it: what is not signed by the canary's own secret is refused and counts nowhere else.
 */
import { detectedAtOf } from '../../shared/finding/delivered-finding.schema.ts';
import { isSignedBy } from '../../shared/http/signature.ts';
import { parseDeliveryId } from '../../shared/runtime/ids.ts';
import type { CanaryDependencies } from './dependencies.ts';

/** A function URL's event (Lambda developer guide, "Function URL request and response payloads"). */
export interface ReceivedRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface Response {
  readonly statusCode: 204 | 401;
}

/** As the page for receivers asks: a request that was recorded and is sent again later is refused. */
const TOLERANCE_SECONDS = 5 * 60;

export async function receive(deps: CanaryDependencies, request: ReceivedRequest): Promise<Response> {
  const { telemetry, clock } = deps;
  const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  const detectedAt = (await isOurs(deps, request.headers, body)) ? detectedAtOf(body) : undefined;
  if (detectedAt === undefined) {
    telemetry.count('canary.refused');
    return { statusCode: 401 };
  }
  telemetry.count('canary.arrived');
  telemetry.count('canary.delayed', Math.max(0, clock.now() - detectedAt));
  return { statusCode: 204 };
}

async function isOurs(
  { webhooks, secrets, tenantId, webhookId, clock }: CanaryDependencies,
  headers: ReceivedRequest['headers'],
  body: string,
): Promise<boolean> {
  const deliveryId = parseDeliveryId(headers['webhook-id'] ?? '');
  const { 'webhook-signature': header, 'webhook-timestamp': timestamp } = headers;
  // Before anything is read: a stranger's request costs no call.
  if (deliveryId === undefined || header === undefined || timestamp === undefined) {
    return false;
  }
  const unixSeconds = Number(timestamp);
  // The negation refuses what is no number, too.
  if (!(Math.abs(clock.now() / 1_000 - unixSeconds) <= TOLERANCE_SECONDS)) {
    return false;
  }
  const reference = (await webhooks.find(tenantId, webhookId))?.secret;
  const signing = reference && (await secrets.read(tenantId, reference)).signing;
  return signing !== undefined && isSignedBy(signing, { deliveryId, unixSeconds, body }, header);
}
