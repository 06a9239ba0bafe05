import { describe, expect, it } from 'vitest';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import {
  changeAlerts,
  changeSecret,
  changeSettings,
  disableByPerson,
  disableOnRequest,
  disableWebhook,
  pauseWebhook,
  resumeWebhook,
} from '../../../shared/webhook/webhook-changes.ts';
import { applyUpdate, type WebhookUpdate } from '../../../shared/webhook/webhook-update.ts';
import { aWebhook } from '../../builders/webhook.ts';

const change = { by: 'sam', at: Date.UTC(2026, 10, 23) };
const secret = { reference: { arn: 'arn:secret', versionId: 'v2' }, value: { signing: { current: 'of-acme' } } };
const paused = aWebhook({ state: { kind: 'paused' } });
const disabled = aWebhook({
  state: { kind: 'disabled', reason: 'failing' },
  health: { failuresInARow: 5, exhaustedCount: 20, failingSince: 1 },
});

const byPeople: readonly (readonly [string, Webhook, WebhookUpdate | undefined])[] = [
  ['the alert rule', aWebhook(), changeAlerts(aWebhook(), { enabled: false, minSeverity: 'low' }, change)],
  ['pausing', aWebhook(), pauseWebhook(aWebhook(), change)],
  ['resuming', paused, resumeWebhook(paused, change)],
  ['the settings', aWebhook(), changeSettings(aWebhook(), { name: 'Another' }, change)],
  ['another pace', aWebhook(), changeSettings(aWebhook(), { pace: { perMinute: 30 } }, change)],
  ['another secret', aWebhook(), changeSecret(aWebhook(), secret, change)],
];

/** What comes of an update, undefined for none at all. */
function madeOf(stored: Webhook, update: WebhookUpdate | undefined): Webhook | undefined {
  return update && applyUpdate(stored, update);
}

describe('a change by a person', () => {
  it.each(byPeople)('raises the revision and says who and when: %s', (_what, webhook, update) => {
    expect(madeOf(webhook, update)).toMatchObject({ revision: 2, updatedBy: 'sam', updatedAt: change.at });
  });

  it.each(byPeople)('is made only of what was read: %s', (_what, webhook, update) => {
    expect(madeOf({ ...webhook, revision: 2 }, update)).toBeUndefined();
  });

  it.each(byPeople)(
    'leaves the health that the sender has noted meanwhile, unless it resumes: %s',
    (what, read, update) => {
      const health = { failuresInARow: 3, exhaustedCount: 1, failingSince: 7 };
      const expected = what === 'resuming' ? { failuresInARow: 0, exhaustedCount: 0 } : health;
      expect(madeOf({ ...read, health }, update)?.health).toEqual(expected);
    },
  );

  it('that changes nothing is none', () => {
    expect(pauseWebhook(paused, change)).toBeUndefined();
    expect(resumeWebhook(aWebhook(), change)).toBeUndefined();
    expect(changeAlerts(aWebhook(), aWebhook().alerts, change)).toBeUndefined();
  });

  it('cannot turn a disabled webhook into a paused one, which would lose its findings', () => {
    expect(pauseWebhook(disabled, change)).toBeUndefined();
  });

  it('of the state is made only of the state that was read', () => {
    expect(madeOf(disabled, pauseWebhook(aWebhook(), change))).toBeUndefined();
    expect(madeOf(aWebhook(), resumeWebhook(paused, change))).toBeUndefined();
  });

  it('of the settings leaves the state that the sender has written meanwhile', () => {
    const renamed = madeOf(disabled, changeSettings(aWebhook(), { name: 'Another' }, change));
    expect(renamed).toMatchObject({ name: 'Another', state: { kind: 'disabled', reason: 'failing' } });
  });
});

describe('resuming', () => {
  it('clears what the sender disabled, with its health', () => {
    const resumed = madeOf(disabled, resumeWebhook(disabled, change));
    expect(resumed?.state).toEqual({ kind: 'enabled' });
    expect(resumed?.health).toEqual({ failuresInARow: 0, exhaustedCount: 0 });
  });
});

describe('disabling by an operator', () => {
  it.each([aWebhook(), paused])('is of $state.kind, without a reason, and a change by a person', (webhook) => {
    const made = madeOf(webhook, disableByPerson(webhook, change));
    expect(made).toMatchObject({ state: { kind: 'disabled' }, revision: webhook.revision + 1, updatedBy: change.by });
    expect(made?.state).not.toHaveProperty('reason');
  });

  it('leaves the reason for which the sender has disabled it', () => {
    expect(disableByPerson(disabled, change)).toBeUndefined();
  });
});

describe('disabling', () => {
  it('does not touch the revision, which belongs to people', () => {
    const expected = { ...aWebhook(), state: { kind: 'disabled', reason: 'gone' } };
    expect(madeOf(aWebhook(), disableWebhook('gone'))).toEqual(expected);
  });

  it('on request counts for the webhook that was sent to, and for none that a person has changed since', () => {
    const sentTo = aWebhook({ revision: 3 });
    const expected = { ...sentTo, state: { kind: 'disabled', reason: 'requested' } };
    expect(madeOf(sentTo, disableOnRequest(sentTo))).toEqual(expected);
    expect(madeOf({ ...sentTo, revision: 4 }, disableOnRequest(sentTo))).toBeUndefined();
    expect(madeOf({ ...paused, revision: 3 }, disableOnRequest(sentTo))).toBeUndefined();
  });

  it('leaves a paused or disabled webhook as it is', () => {
    expect(madeOf(paused, disableWebhook('gone'))).toBeUndefined();
    expect(madeOf(disabled, disableWebhook('gone'))).toBeUndefined();
  });
});

describe('changing the settings', () => {
  const webhook = aWebhook({ format: { id: 'splunk-hec', options: { index: 'main' } } });

  it('leaves what is not named, and the format', () => {
    expect(madeOf(webhook, changeSettings(webhook, { options: { index: 'security' } }, change))).toMatchObject({
      name: webhook.name,
      url: webhook.url,
      format: { id: 'splunk-hec', options: { index: 'security' } },
    });
    expect(madeOf(webhook, changeSettings(webhook, { url: 'https://other.example/' }, change))).toMatchObject({
      url: 'https://other.example/',
      format: webhook.format,
    });
  });

  it('names the secret that was stored with them, and what it holds', () => {
    expect(madeOf(webhook, changeSettings(webhook, {}, change, secret))).toMatchObject({
      secret: secret.reference,
      secretContents: { isSigned: true, customHeaders: 0, credentials: [] },
      revision: 2,
    });
  });
});

describe('a pace', () => {
  const paced = aWebhook({ pace: { perMinute: 30 }, turns: { nextTurnAt: 9, paceMillis: 4_000, throttledUntil: 8 } });

  it.each([
    ['another pace', { pace: { perMinute: 6 } }, { pace: { perMinute: 6 } }],
    ['the pace that the vendor publishes', { pace: 'none' }, {}],
    ['another URL', { url: 'https://elsewhere.example/in' }, { pace: { perMinute: 30 } }],
  ] as const)('forgets the turns of before with %s', (_what, settings, kept) => {
    const { pace, turns } = madeOf(paced, changeSettings(paced, settings, change)) ?? {};
    expect({ pace, turns }).toEqual({ turns: undefined, pace: undefined, ...kept });
  });

  it.each([
    ['another name', changeSettings(paced, { name: 'Another' }, change)],
    ['another alert rule', changeAlerts(paced, { enabled: false, minSeverity: 'low' }, change)],
  ] as const)('and its turns stay with %s', (_what, update) => {
    const { pace, turns } = paced;
    expect(madeOf(paced, update)).toMatchObject({ pace, turns });
  });
});
