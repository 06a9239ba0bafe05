/** The webhooks that the demo connects for a tenant: one for each behaviour worth seeing, or one for each destination. */

import type { Vendor } from '../shared/destinations/simulation.vendor.ts';
import { VENDORS } from '../shared/destinations/vendors.vendor.ts';
import type { SeverityLevel } from '../shared/finding/severity.ts';
import { parseCidrList } from '../shared/http/address.ts';
import type { Webhook } from '../shared/webhook/webhook.ts';
import { connectWebhook, type WebhookStores, type WebhookToConnect } from './connect-webhook.ts';
import { LOCAL_ALLOWED_CIDRS } from './local-system.ts';
import type { DemoReceiver } from './receiver/demo-receiver.ts';
import { mountOf } from './receiver/vendor-router.ts';

interface DemoWebhook {
  /** Short and unique within the tenant; becomes part of the webhook's id and of its path. */
  readonly label: string;
  readonly name: string;
  /** Of the receiver; `behaviour.ts` knows them. */
  readonly behaviour: string;
  readonly query?: string;
  readonly signing: WebhookToConnect['signing'];
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: alerts are off, as on a fresh webhook. */
  readonly minSeverity?: SeverityLevel;
}

/** It has a webhook to every destination. The webhooks of the others use our own JSON. */
const DESTINATIONS_TENANT = 'destinations';

const PLAIN: DemoWebhook = { label: 'siem', name: 'SIEM', behaviour: 'ok', signing: 'generate', minSeverity: 'info' };

const ACME: readonly DemoWebhook[] = [
  PLAIN,
  {
    label: 'soar',
    name: 'SOAR playbooks (fails twice)',
    behaviour: 'fail',
    query: 'times=2',
    signing: { own: 'acme-soar-shared-secret' },
    minSeverity: 'high',
  },
  {
    label: 'tickets',
    name: 'Ticketing (always fails)',
    behaviour: 'fail',
    signing: 'generate',
    minSeverity: 'critical',
  },
  {
    label: 'pager',
    name: 'Pager (recovers after four failures)',
    behaviour: 'fail',
    query: 'times=4&status=503',
    signing: 'generate',
    minSeverity: 'critical',
  },
  { label: 'moved', name: 'Wiki (redirects)', behaviour: 'redirect', signing: 'none', minSeverity: 'critical' },
  { label: 'chat', name: 'Chat (no secret)', behaviour: 'ok', signing: 'none', minSeverity: 'medium' },
  { label: 'board', name: 'Dashboard (alerts off)', behaviour: 'ok', signing: 'generate' },
];

const GLOBEX: readonly DemoWebhook[] = [
  {
    label: 'siem',
    name: 'Log archive',
    behaviour: 'ok',
    signing: { own: 'globex-brings-its-own-secret' },
    headers: { Authorization: 'Bearer demo-token' },
    minSeverity: 'low',
  },
  {
    label: 'busy',
    name: 'Case management (asks for patience)',
    behaviour: 'retry-after',
    query: 'seconds=3&times=1',
    signing: 'generate',
    minSeverity: 'high',
  },
  {
    label: 'slow',
    name: 'Mail gateway (slow)',
    behaviour: 'slow',
    query: 'millis=800',
    signing: 'none',
    minSeverity: 'critical',
  },
];

const SETS: ReadonlyMap<string, readonly DemoWebhook[]> = new Map([
  ['acme', ACME],
  ['globex', GLOBEX],
]);

/** A webhook with what the demo knows of it beyond the service. */
export interface ConnectedDemoWebhook {
  readonly webhook: Webhook;
  /** Path and query at the receiver, or the vendor's mount there. */
  readonly path: string;
  readonly isSigned: boolean;
}

interface PlannedWebhook {
  readonly request: WebhookToConnect;
  /** Where its requests must arrive: path and query, or the vendor's mount. */
  readonly path: string;
}

/** Any tenant may appear in a file of findings: those we have no set for get the plain webhook. */
function plannedFor(tenantId: string, receiverUrl: string): readonly PlannedWebhook[] {
  return tenantId === DESTINATIONS_TENANT
    ? VENDORS.map((vendor) => planVendor(vendor, receiverUrl))
    : (SETS.get(tenantId) ?? [PLAIN]).map((webhook) => planBehaviour(tenantId, webhook, receiverUrl));
}

function planBehaviour(tenantId: string, webhook: DemoWebhook, receiverUrl: string): PlannedWebhook {
  const { label, name, behaviour, query, signing, headers = {}, minSeverity } = webhook;
  const pathname = `/${behaviour}/${tenantId}/${label}`;
  const path = query === undefined ? pathname : `${pathname}?${query}`;
  return {
    path,
    request: {
      tenantId,
      // A tenant id may be as long as a webhook id.
      webhookId: `wh_${tenantId.slice(0, 40)}_${label}`,
      name,
      url: `${receiverUrl}${path}`,
      signing,
      headers,
      ...(minSeverity && { alerts: { enabled: true, minSeverity } }),
    },
  };
}

function planVendor({ id, demo }: Vendor, receiverUrl: string): PlannedWebhook {
  const { name, path, startsWithFalseSuccess, options = {}, credentials } = demo;
  const mount = mountOf(id, startsWithFalseSuccess ? 'false-success-first' : 'accepts');
  return {
    path: mount,
    request: {
      tenantId: DESTINATIONS_TENANT,
      webhookId: `wh_${DESTINATIONS_TENANT}_${id}`,
      name,
      url: `${receiverUrl}${mount}${path}`,
      signing: 'none',
      headers: {},
      format: { id, options, credentials: credentials?.(receiverUrl) ?? {} },
      alerts: { enabled: true, minSeverity: 'info' },
    },
  };
}

/** Also gives the receiver the secret of each signed webhook. */
export async function connectDemoWebhooks(
  tenantId: string,
  stores: WebhookStores,
  receiver: DemoReceiver,
): Promise<readonly ConnectedDemoWebhook[]> {
  const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
  return Promise.all(
    plannedFor(tenantId, receiver.url).map(async ({ request, path }) => {
      const connected = await connectWebhook(stores, rules, request, 'demo');
      if (connected.kind === 'refused') {
        throw new Error(`The demo webhook ${request.name} was refused: ${connected.because}`);
      }
      const { webhook, signingSecret } = connected;
      if (signingSecret !== undefined) {
        receiver.expectSecret(new URL(request.url).pathname, signingSecret);
      }
      return { webhook, path, isSigned: signingSecret !== undefined };
    }),
  );
}
