/** A load for the local system: many findings of a few tenants, put on the bus by a publisher that notes what was taken. */
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { SEVERITY_LEVELS, type SeverityLevel } from '../../shared/finding/severity.ts';
import { parseCidrList } from '../../shared/http/address.ts';
import { connectWebhook, type WebhookStores, type WebhookToConnect } from '../connect-webhook.ts';
import type { FindingLine } from '../demo/findings-file.ts';
import { publishLines } from '../demo/publish.ts';
import type { ConnectedDemoWebhook } from '../demo-webhooks.ts';
import { LOCAL_ALLOWED_CIDRS } from '../local-system.ts';
import type { DemoReceiver } from '../receiver/demo-receiver.ts';

export interface LoadWebhook {
  /** Unique within the tenant. */
  readonly label: string;
  /** Of the receiver: the first part of the path. */
  readonly behaviour: string;
  readonly query?: string;
  readonly signing: WebhookToConnect['signing'];
  readonly minSeverity: SeverityLevel;
}

/** Also gives the receiver the secret to expect on each path. */
export async function connectLoadWebhooks(
  tenantId: string,
  requests: readonly LoadWebhook[],
  stores: WebhookStores,
  receiver: Pick<DemoReceiver, 'url' | 'expectSecret'>,
): Promise<readonly ConnectedDemoWebhook[]> {
  const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
  return Promise.all(
    requests.map(async ({ label, behaviour, query, signing, minSeverity }) => {
      const pathname = `/${behaviour}/${tenantId}/${label}`;
      const path = query === undefined ? pathname : `${pathname}?${query}`;
      const request: WebhookToConnect = {
        tenantId,
        webhookId: `wh_${tenantId}_${label}`,
        name: `${label} of ${tenantId}`,
        url: `${receiver.url}${path}`,
        signing,
        headers: {},
        alerts: { enabled: true, minSeverity },
      };
      const connected = await connectWebhook(stores, rules, request, 'load');
      if (connected.kind === 'refused') {
        throw new Error(`The webhook ${request.name} was refused: ${connected.because}`);
      }
      const { webhook, signingSecret } = connected;
      if (signingSecret !== undefined) {
        receiver.expectSecret(pathname, signingSecret);
      }
      return { webhook, path, isSigned: signingSecret !== undefined };
    }),
  );
}

/** Different findings, the tenants in turn and every severity for each of them. */
export function makeFindings(count: number, tenantIds: readonly string[], nowMillis: number): readonly FindingLine[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / tenantIds.length);
    const finding = {
      ...SAMPLE_FINDING,
      id: `fnd_load_${index + 1}`,
      title: `Finding ${index + 1} of a load – überall 🔥`,
      severity: { level: SEVERITY_LEVELS[round % SEVERITY_LEVELS.length], score: index % 101 },
      affected: { type: 'asset', id: `asset-${index + 1}`, name: `Asset ${index + 1}` },
      detectedAt: new Date(nowMillis - index).toISOString(),
    };
    const tenantId = tenantIds[index % tenantIds.length];
    return { lineNumber: index + 1, text: JSON.stringify({ tenantId, finding }) };
  });
}

/** Findings of one PutEvents call: EventBridge takes no more. */
const FINDINGS_PER_CALL = 10;

/** Returns the numbers of the lines that were taken: a call that failed for its caller promises nothing. */
export async function publishLoad(
  client: EventBridgeClient,
  busName: string,
  lines: readonly FindingLine[],
): Promise<ReadonlySet<number>> {
  const accepted = new Set<number>();
  for (let start = 0; start < lines.length; start += FINDINGS_PER_CALL) {
    const published = await publishLines(client, busName, lines.slice(start, start + FINDINGS_PER_CALL)).catch(
      () => [],
    );
    for (const { lineNumber, refusedBecause } of published) {
      if (refusedBecause === undefined) {
        accepted.add(lineNumber);
      }
    }
  }
  return accepted;
}
