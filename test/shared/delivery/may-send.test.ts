import { describe, expect, it } from 'vitest';
import type { Reopener } from '../../../shared/delivery/delivery.ts';
import { noticeDeliveryId } from '../../../shared/delivery/delivery-id.ts';
import { maySend } from '../../../shared/delivery/may-send.ts';
import { planDeliveries } from '../../../shared/delivery/plan-deliveries.ts';
import type { Webhook } from '../../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const off = { enabled: false, minSeverity: 'info' } as const;
const high = { enabled: true, minSeverity: 'high' } as const;
const disabled = { kind: 'disabled', reason: 'failing' } as const;

interface Case {
  readonly webhook: Partial<Webhook> | undefined;
  readonly reopen?: Reopener;
  readonly isNotice?: true;
  readonly response: object;
}

const cases: Readonly<Record<string, Case>> = {
  'enabled, alerts on, at the threshold': { webhook: { alerts: high }, response: { kind: 'send' } },
  gone: { webhook: undefined, response: { kind: 'cancel', reason: 'webhook-gone' } },
  paused: { webhook: { state: { kind: 'paused' } }, response: { kind: 'cancel', reason: 'webhook-paused' } },
  'alerts off': { webhook: { alerts: off }, response: { kind: 'cancel', reason: 'alerts-off' } },
  'below the threshold': {
    webhook: { alerts: { enabled: true, minSeverity: 'critical' } },
    response: { kind: 'cancel', reason: 'below-threshold' },
  },
  'not among those that are selected': {
    webhook: { alerts: { ...high, platforms: ['github'] } },
    response: { kind: 'cancel', reason: 'not-selected' },
  },
  'not selected, retried by the user': {
    webhook: { alerts: { ...high, platforms: ['github'] } },
    reopen: 'user',
    response: { kind: 'send' },
  },
  'a notice, alerts off and not selected': {
    webhook: { alerts: { ...off, platforms: ['github'] } },
    isNotice: true,
    response: { kind: 'send' },
  },
  'a notice, paused': {
    webhook: { state: { kind: 'paused' } },
    isNotice: true,
    response: { kind: 'cancel', reason: 'webhook-paused' },
  },
  'a notice, disabled': { webhook: { state: disabled, alerts: off }, isNotice: true, response: { kind: 'hold' } },
  disabled: { webhook: { state: disabled }, response: { kind: 'hold' } },
  'disabled, but it would not match': {
    webhook: { state: disabled, alerts: off },
    response: { kind: 'cancel', reason: 'alerts-off' },
  },
  'alerts off, retried by the user': { webhook: { alerts: off }, reopen: 'user', response: { kind: 'send' } },
  'below the threshold, retried by the user': {
    webhook: { alerts: { enabled: true, minSeverity: 'critical' } },
    reopen: 'user',
    response: { kind: 'send' },
  },
  'alerts off, redriven by the operator': {
    webhook: { alerts: off },
    reopen: 'operator',
    response: { kind: 'cancel', reason: 'alerts-off' },
  },
  'at an address that has yet to answer a challenge, retried by the user': {
    webhook: { alerts: off, challenge: { verified: { url: 'https://before.example/', at: 1 } } },
    reopen: 'user',
    response: { kind: 'cancel', reason: 'alerts-off' },
  },
  'a notice, at an address that has yet to answer a challenge': {
    webhook: { alerts: off, challenge: {} },
    isNotice: true,
    response: { kind: 'cancel', reason: 'alerts-off' },
  },
  'a notice, at an address that has answered a challenge, alerts off': {
    webhook: { alerts: off, challenge: { verified: { url: aWebhook().url, at: 1 } } },
    isNotice: true,
    response: { kind: 'send' },
  },
  'at an address that has answered a challenge, alerts off, retried by the user': {
    webhook: { alerts: off, challenge: { verified: { url: aWebhook().url, at: 1 } } },
    reopen: 'user',
    response: { kind: 'send' },
  },
  'paused, retried by the user': {
    webhook: { state: { kind: 'paused' } },
    reopen: 'user',
    response: { kind: 'cancel', reason: 'webhook-paused' },
  },
  'disabled, retried by the user': { webhook: { state: disabled }, reopen: 'user', response: { kind: 'hold' } },
  'gone, retried by the user': {
    webhook: undefined,
    reopen: 'user',
    response: { kind: 'cancel', reason: 'webhook-gone' },
  },
};

describe('whether a high finding may be sent', () => {
  it.each(Object.entries(cases))('%s', (_name, { webhook, reopen, isNotice, response }) => {
    const finding = aFinding({ severity: { level: 'high', score: 82 } });
    const idOf = isNotice ? noticeDeliveryId(aTenantId(), aWebhookId(), finding) : aDeliveryMessage().deliveryId;
    expect(maySend(webhook && aWebhook(webhook), finding, reopen, 'detected', idOf)).toMatchObject(response);
  });

  it('no finding passes for a notice, whatever its publisher calls it', () => {
    const finding = aFinding({ id: 'notice_wh_siem_evt-1', category: 'Webhook notice', platform: 'thalian' });
    const [planned] = planDeliveries(aTenantId(), finding, [aWebhook()]);
    expect(planned).toBeDefined();
    expect(maySend(aWebhook({ alerts: off }), finding, undefined, 'detected', planned?.message.deliveryId)).toEqual({
      kind: 'cancel',
      reason: 'alerts-off',
    });
  });
});
