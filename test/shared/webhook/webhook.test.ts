import { describe, expect, it } from 'vitest';
import {
  changeAlerts,
  changeSecret,
  changeSettings,
  connectWebhook,
  disableWebhook,
  healthAfter,
  heldBack,
  isFailing,
  pauseWebhook,
  resumeWebhook,
  shouldAutoDisable,
  useSecret,
} from '../../../shared/webhook/webhook.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const change = { by: 'sam', at: Date.UTC(2026, 10, 23) };
const healthy = { failuresInARow: 0, exhaustedCount: 0 };
const secret = { arn: 'arn:secret', versionId: 'v2' };

describe('connecting a webhook', () => {
  it('leaves alerts off until somebody turns them on', () => {
    const webhook = connectWebhook(
      {
        tenantId: aTenantId(),
        webhookId: aWebhookId(),
        name: 'SIEM',
        url: 'https://siem.example/',
        format: { id: 'json', options: {} },
      },
      change,
    );
    expect(webhook).toMatchObject({
      alerts: { enabled: false },
      state: { kind: 'enabled' },
      revision: 1,
      health: healthy,
      updatedBy: 'sam',
      createdAt: change.at,
    });
  });
});

describe('a change by a person', () => {
  it.each([
    ['the alert rule', () => changeAlerts(aWebhook(), { enabled: false, minSeverity: 'low' }, change)],
    ['pausing', () => pauseWebhook(aWebhook(), change)],
    ['resuming', () => resumeWebhook(aWebhook({ state: { kind: 'paused' } }), change)],
    ['the settings', () => changeSettings(aWebhook(), { name: 'Another' }, change)],
    ['another secret', () => changeSecret(aWebhook(), secret, {}, change)],
  ])('raises the revision and says who and when: %s', (_what, act) => {
    expect(act()).toMatchObject({ revision: 2, updatedBy: 'sam', updatedAt: change.at });
  });

  it('that changes nothing changes nothing', () => {
    const paused = aWebhook({ state: { kind: 'paused' } });
    expect(pauseWebhook(paused, change)).toBe(paused);
    expect(resumeWebhook(aWebhook(), change)).toEqual(aWebhook());
  });

  it('cannot turn a disabled webhook into a paused one, which would lose its findings', () => {
    const disabled = aWebhook({ state: { kind: 'disabled', reason: 'gone' } });
    expect(pauseWebhook(disabled, change)).toBe(disabled);
  });
});

describe('resuming', () => {
  it('clears what the sender disabled, with its health', () => {
    const health = { failuresInARow: 5, exhaustedCount: 20, failingSince: 1 };
    const resumed = resumeWebhook(aWebhook({ state: { kind: 'disabled', reason: 'failing' }, health }), change);
    expect(resumed).toMatchObject({ state: { kind: 'enabled' } });
    expect(resumed.health).toEqual(healthy);
  });
});

describe('disabling', () => {
  it('does not touch the revision, which belongs to people', () => {
    const disabled = disableWebhook(aWebhook(), 'gone');
    expect(disabled).toMatchObject({ state: { kind: 'disabled', reason: 'gone' }, revision: 1, updatedBy: 'jane' });
  });

  it('leaves a paused webhook paused', () => {
    expect(disableWebhook(aWebhook({ state: { kind: 'paused' } }), 'gone').state).toEqual({ kind: 'paused' });
  });
});

describe('changing the settings', () => {
  it('leaves what is not named, and the format', () => {
    const webhook = aWebhook({ format: { id: 'splunk-hec', options: { index: 'main' } } });
    expect(changeSettings(webhook, { options: { index: 'security' } }, change)).toMatchObject({
      name: webhook.name,
      url: webhook.url,
      format: { id: 'splunk-hec', options: { index: 'security' } },
    });
    expect(changeSettings(webhook, { url: 'https://other.example/' }, change)).toMatchObject({
      url: 'https://other.example/',
      format: webhook.format,
    });
  });
});

describe('what a secret holds', () => {
  const value = {
    signing: {
      current: 'new-secret-of-acme',
      previous: [
        { secret: 'old-secret-of-acme', until: 9 },
        { secret: 'older-secret-of-acme', until: 8 },
      ],
    },
    headers: { 'X-Api-Key': 'key-of-acme', 'X-Team': 'team-of-acme' },
    credentials: { token: 'token-of-acme', account: 'account-of-acme' },
  };

  it('is told without any value, and without the names of headers', () => {
    const webhook = useSecret(aWebhook(), secret, value);
    expect(webhook.secret).toBe(secret);
    expect(webhook.secretContents).toEqual({
      isSigned: true,
      previousUntil: [9, 8],
      customHeaders: 2,
      credentials: ['account', 'token'],
    });
    expect(JSON.stringify(webhook)).not.toMatch(/of-acme|X-Api-Key/);
  });

  it.each([
    ['everything', value, ['secret', 'headers', 'credentials']],
    ['a signing secret', { signing: value.signing }, ['secret']],
    ['headers', { headers: value.headers }, ['headers']],
    ['credentials', { credentials: value.credentials }, ['credentials']],
    ['nothing any more', {}, []],
  ])('must be given anew for another destination: %s', (_what, contents, parts) => {
    expect(heldBack(useSecret(aWebhook(), secret, contents))).toEqual(parts);
    expect(heldBack(aWebhook())).toEqual([]);
  });
});

describe('health', () => {
  it('counts failed attempts up to five, at which the webhook is failing', () => {
    let health = healthAfter(healthy, 'attempt-failed', 1);
    for (let failures = 1; failures < 5; failures += 1) {
      expect(isFailing(health)).toBe(false);
      health = healthAfter(health, 'attempt-failed', 1);
    }
    expect(isFailing(health)).toBe(true);
    expect(healthAfter(health, 'attempt-failed', 1)).toBe(health);
  });

  it('remembers when exhaustion began, and counts it up to twenty', () => {
    let health = healthAfter(healthy, 'exhausted', 1_000);
    expect(health).toEqual({ failuresInARow: 0, exhaustedCount: 1, failingSince: 1_000 });
    for (let count = 1; count < 20; count += 1) {
      health = healthAfter(health, 'exhausted', 9_000);
    }
    expect(health).toMatchObject({ exhaustedCount: 20, failingSince: 1_000 });
    expect(healthAfter(health, 'exhausted', 9_000)).toBe(health);
  });

  it.each([
    ['exactly 72 h and 20 deliveries', { failingSince: 0, exhaustedCount: 20 }, 72 * 3_600_000, true],
    ['a millisecond less than 72 h', { failingSince: 1, exhaustedCount: 20 }, 72 * 3_600_000, false],
    ['19 deliveries in a month', { failingSince: 0, exhaustedCount: 19 }, 30 * 24 * 3_600_000, false],
    ['20 deliveries, but a success since', { exhaustedCount: 20 }, 72 * 3_600_000, false],
    ['nothing at all', { exhaustedCount: 0 }, 72 * 3_600_000, false],
  ])('gives up hope after %s: %s', (_what, health, nowMillis, autoDisabled) => {
    expect(shouldAutoDisable({ failuresInARow: 5, ...health }, nowMillis)).toBe(autoDisabled);
  });

  it('is cleared by a success, and costs nothing while there is nothing to clear', () => {
    const failing = { failuresInARow: 5, exhaustedCount: 3, failingSince: 1 };
    expect(healthAfter(failing, 'succeeded', 2)).toEqual(healthy);
    expect(healthAfter(healthy, 'succeeded', 2)).toBe(healthy);
  });
});
