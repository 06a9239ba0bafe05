/** How a run begins: tenants, webhooks, receivers, findings, and when people step in. All by the seed. */
import type { Finding } from '../../../shared/finding/finding.ts';
import { FIRST_DETECTION, type Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import { FIRST_SYNCS } from '../../../shared/webhook/digest-choice.ts';
import { formatGeneratedKey, SEED_BYTES } from '../../../shared/webhook/signing-keys.ts';
import { useSecret, type Webhook, type WebhookHealth, type WebhookState } from '../../../shared/webhook/webhook.ts';
import { aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { aDigest, aTemplate, someEvents } from './admins.ts';
import { lifeAfterDetection } from './lives.ts';
import type { People } from './people.ts';
import type { Random } from './random.ts';
import { Receiver } from './receivers.ts';
import { type SimulatedAccount, STARTED_AT } from './simulated-account.ts';

/** Findings come in the first minutes; faults and people go on for the rest. */
const FINDINGS_MILLIS = 10 * 60_000;
const STORM_MILLIS = [15 * 60_000, 30 * 60_000, 45 * 60_000] as const;

const TENANTS = ['acme', 'globex', 'initech'] as const;

const HOUR_MILLIS = 60 * 60_000;

/** One exhausted delivery away from being disabled for good. */
const NEARLY_AUTO_DISABLED: WebhookHealth = {
  failuresInARow: 5,
  exhaustedCount: 19,
  failingSince: STARTED_AT - 80 * HOUR_MILLIS,
};

/** Answers how many findings there are, and when the storm is over. */
export async function setUp(account: SimulatedAccount, people: People): Promise<{ findings: number; calmAt: number }> {
  const { random, clock, mishaps } = account;
  const tenants = random.shuffled(TENANTS).slice(0, random.between(1, 3)).map(aTenantId);
  account.tenants = tenants;
  for (const tenantId of tenants) {
    const webhooks = random.between(1, 3);
    for (let number = 1; number <= webhooks; number += 1) {
      // Every tenant has a webhook of the same id.
      await addWebhook(account, aWebhook({ tenantId, webhookId: aWebhookId(`wh-${number}`) }));
    }
  }
  const findings = random.between(2, 8);
  for (let number = 1; number <= findings; number += 1) {
    const tenantId = random.pickAny(tenants) ?? aTenantId();
    const finding = aFinding({
      id: `fnd_${number}`,
      title: `fnd_${number} of account-of-${tenantId}`,
      severity: { level: random.pick(SEVERITY_LEVELS), score: 50 },
      affected: { type: 'identity', id: `account-of-${tenantId}`, name: 'jane@acme.example' },
      detectedAt: new Date(STARTED_AT - random.between(0, 60_000)).toISOString(),
    });
    // Some arrive together, so that batches have more than one.
    const at = random.chance(0.5) ? 1_000 : random.between(0, FINDINGS_MILLIS);
    const first = random.chance(0.7) ? FIRST_DETECTION.revision : random.between(1, 9);
    const publish = (lifecycle: Lifecycle, about: Finding, afterMillis: number) => {
      clock.schedule(at + afterMillis, () => people.publish(tenantId, about, lifecycle));
      if (random.chance(0.2)) {
        mishaps.saw('event: duplicate');
        const later = at + afterMillis + random.pick([0, 10, 1_000, 300_000]);
        clock.schedule(later, () => people.publish(tenantId, about, lifecycle));
      }
    };
    publish({ event: 'detected', revision: first }, finding, 0);
    let latest = 0;
    for (const { lifecycle, level, afterMillis } of lifeAfterDetection(random, first)) {
      publish(lifecycle, { ...finding, severity: { level, score: 50 } }, afterMillis);
      if (lifecycle.event !== 'detected') {
        mishaps.saw(`event: ${lifecycle.event}`);
      }
      if (afterMillis < latest) {
        mishaps.saw('event: overtakes an earlier one');
      }
      latest = Math.max(latest, afterMillis);
    }
  }
  const stormMillis = random.pick(STORM_MILLIS);
  const acts = random.between(0, 12);
  for (let act = 0; act < acts; act += 1) {
    clock.schedule(random.between(0, stormMillis), () => void people.act());
  }
  if (account.hasDigests) {
    for (let act = random.between(0, 8); act > 0; act -= 1) {
      clock.schedule(random.between(0, stormMillis), () => void people.actOnDigests());
    }
  }
  return { findings, calmAt: Math.max(STARTED_AT + stormMillis, mishaps.outageUntil) };
}

async function addWebhook(account: SimulatedAccount, plain: Webhook): Promise<void> {
  const { random, clock, secrets, webhooks, receivers, mishaps, paths } = account;
  const { tenantId, webhookId } = plain;
  const host = `${webhookId}.${tenantId}.example`;
  const isNearlyAutoDisabled = random.chance(0.1);
  const isPaced = random.chance(0.3);
  const events = random.chance(0.45) ? someEvents(random).filter((event) => event !== 'detected') : [];
  const isTemplate = random.chance(0.15);
  const digesting = account.hasDigests && random.chance(0.6) ? someDigesting(random) : undefined;
  // Of their tenant's first webhook, if that is another.
  const noticesTo = random.chance(0.4) && aWebhookId('wh-1');
  const behaviour = isPaced && random.chance(0.4) ? 'limited' : undefined;
  receivers.set(host, new Receiver(random, mishaps, clock, isNearlyAutoDisabled ? 'fails' : behaviour));
  const path = `path-secret-of-${tenantId}-${webhookId}`;
  paths.add(path);
  const configured: Webhook = {
    ...plain,
    name: `${webhookId} of account-of-${tenantId}`,
    ...digesting,
    ...(isTemplate && digesting === undefined && { format: { id: 'template', options: { body: aTemplate(random) } } }),
    ...(events.length > 0 && { payloadVersion: 2, events }),
    ...(noticesTo && noticesTo !== webhookId && { noticesTo }),
    url: digesting === undefined ? `https://${host}/${path}` : `https://${host}`,
    alerts: { enabled: random.chance(0.9), minSeverity: random.pick(['info', 'info', 'low', 'medium']) },
    state: isNearlyAutoDisabled ? { kind: 'enabled' } : someState(random),
    ...(isPaced && { pace: { perMinute: random.pick([1, 1, 6, 30, 60]) } }),
    ...(isNearlyAutoDisabled && { health: NEARLY_AUTO_DISABLED }),
  };
  if (random.chance(0.4) && digesting === undefined) {
    await webhooks.add(tenantId, configured);
    return;
  }
  const secret = {
    signing: { current: `signing-secret-of-${tenantId}-${webhookId}` },
    ...(random.chance(0.4) && { signingKeys: { current: formatGeneratedKey(someBytes(random, SEED_BYTES)) } }),
    headers: { 'x-api-key': `api-key-of-${tenantId}-${webhookId}` },
    // Of a chat the URL is a credential.
    ...(digesting && { url: `https://${host}/${path}` }),
  };
  const reference = account.remember(
    await secrets.create(tenantId, webhookId, `v1-of-${tenantId}-${webhookId}`, secret),
    secret,
  );
  await webhooks.add(tenantId, useSecret(configured, reference, secret));
}

/** It may be connected while findings of before come in. */
function someDigesting(random: Random): Pick<Webhook, 'format' | 'digest' | 'firstSync' | 'createdAt'> {
  const firstSync = random.chance(0.4) && random.pick(FIRST_SYNCS);
  return {
    format: { id: 'slack', options: {} },
    ...(random.chance(0.85) && { digest: aDigest(random) }),
    ...(firstSync && { firstSync }),
    createdAt: STARTED_AT - 30_000,
  };
}

function someBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.between(0, 255));
}

function someState(random: Random): WebhookState {
  if (random.chance(0.8)) {
    return { kind: 'enabled' };
  }
  return random.chance(0.4) ? { kind: 'paused' } : { kind: 'disabled', reason: 'failing' };
}
