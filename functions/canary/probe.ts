/**
 * One run by the clock: the webhook is as it has to be, a finding is on the bus, the console's page is served. That the
 * finding arrives is not known here.
 */
import type { Finding } from '../../shared/finding/finding.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import { connectWebhook, useSecret, type Webhook } from '../../shared/webhook/webhook.ts';
import { changeSettings, resumeWebhook } from '../../shared/webhook/webhook-changes.ts';
import type { CanaryDependencies } from './dependencies.ts';

/** What the schedule hands over: the function's own address, which its environment cannot name. */
export interface ProbeEvent {
  readonly receiverUrl: string;
  /** Absent where the stage has no console. */
  readonly consoleUrl?: string;
}

const ACTOR = 'canary';

export async function probe(deps: CanaryDependencies, { receiverUrl, consoleUrl }: ProbeEvent): Promise<void> {
  // First: a page that is not served says nothing about deliveries, nor they about it.
  if (consoleUrl !== undefined) {
    await checkConsole(deps, consoleUrl);
  }
  await connect(deps, receiverUrl);
  await deps.findings.publish(deps.tenantId, canaryFinding(deps));
}

function canaryFinding({ newId, clock }: CanaryDependencies): Finding {
  return trialFinding({
    id: `fnd_canary_${newId()}`,
    title: 'A finding of the canary: nothing happened',
    detectedAt: new Date(clock.now()).toISOString(),
  });
}

async function checkConsole({ pages, telemetry }: CanaryDependencies, consoleUrl: string): Promise<void> {
  const problem = await pages.problemOf(consoleUrl);
  if (problem !== undefined) {
    telemetry.count('pages.unreachable');
    telemetry.warn('pages.unreachable', { reason: problem });
  }
}

/** Safe to repeat, and to run twice at once: a conflict means that another run has done it. */
async function connect(deps: CanaryDependencies, url: string): Promise<void> {
  const { webhooks, tenantId, webhookId, clock } = deps;
  const webhook = await webhooks.find(tenantId, webhookId);
  if (webhook === undefined) {
    await webhooks.add(tenantId, await freshWebhook(deps, url));
    return;
  }
  const change = { by: ACTOR, at: clock.now() };
  const needed = webhook.url === url ? resumeWebhook(webhook, change) : changeSettings(webhook, { url }, change);
  if (needed !== undefined) {
    await webhooks.update(tenantId, webhookId, needed);
  }
}

async function freshWebhook(deps: CanaryDependencies, url: string): Promise<Webhook> {
  const { secrets, tenantId, webhookId, newId, randomBytes, clock } = deps;
  const secret = { signing: { current: formatGeneratedSecret(randomBytes(32)) } };
  const reference = await secrets.create(tenantId, webhookId, newId(), secret);
  const connected = connectWebhook(
    { tenantId, webhookId, name: 'Canary', url, format: { id: 'json', options: {} } },
    { by: ACTOR, at: clock.now() },
  );
  return { ...useSecret(connected, reference, secret), alerts: { enabled: true, minSeverity: 'info' } };
}
