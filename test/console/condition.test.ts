import { describe, expect, it } from 'vitest';
import { byUrgency, conditionOf, countWords } from '../../console/integrations/condition.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';

type Conditioned = Parameters<typeof conditionOf>[0];
type Health = WebhookResponse['health'];

const NONE = { count: 0, isCapped: false };
const LAST = { id: 'dlv_1', status: 'delivered', detectedAt: '2026-11-23T10:00:00.000Z' } as const;

function anIntegration(overrides: Partial<Conditioned> = {}, health: Partial<Health> = {}): Conditioned {
  return {
    state: 'enabled',
    health: { isFailing: false, failed: NONE, held: NONE, lastDelivery: LAST, ...health },
    ...overrides,
  };
}

const FAILING = anIntegration({}, { isFailing: true });
const DISABLED = anIntegration({ state: 'disabled', stateReason: 'gone' });
const WAITING = anIntegration({}, { failed: { count: 1, isCapped: false } });
const HEALTHY = anIntegration();

describe('the state of an integration', () => {
  it.each([
    ['healthy', HEALTHY],
    ['failing', FAILING],
    ['failing', anIntegration({}, { failingSince: '2026-11-23T10:00:00.000Z' })],
    ['paused', anIntegration({ state: 'paused' }, { isFailing: true })],
    ['disabled', DISABLED],
  ] as const)('is %s', (kind, integration) => {
    expect(conditionOf(integration).kind).toBe(kind);
  });

  it('is new until something was sent', () => {
    const { lastDelivery: _, ...health } = HEALTHY.health;
    expect(conditionOf({ ...HEALTHY, health }).kind).toBe('new');
  });

  it('is neither new nor healthy while its log cannot be read, and failing or paused all the same', () => {
    const unread = {
      failed: { count: 0, isCapped: true },
      held: { count: 0, isCapped: true },
      isIncomplete: true,
    } as const;
    const { lastDelivery: _, ...health } = HEALTHY.health;
    expect(conditionOf({ ...HEALTHY, health: { ...health, ...unread } })).toMatchObject({
      kind: 'unread',
      sentence: expect.stringContaining('cannot be read'),
    });
    expect(conditionOf(anIntegration({}, { ...unread, isFailing: true })).kind).toBe('failing');
    expect(conditionOf(anIntegration({ state: 'paused' }, unread)).kind).toBe('paused');
    expect(byUrgency(anIntegration({}, unread), HEALTHY)).toBeLessThan(0);
  });

  it('says why it is disabled', () => {
    expect(conditionOf(DISABLED).sentence).toContain('410');
    const { stateReason: _none, ...byOperator } = DISABLED;
    expect(conditionOf(byOperator).sentence).toContain('platform team');
    expect(conditionOf({ ...DISABLED, stateReason: 'failing' }).sentence).toContain('three days');
  });
});

describe('what comes first', () => {
  it('is what fails, then what is disabled, then what has failures waiting', () => {
    const paused = anIntegration({ state: 'paused' });
    expect([HEALTHY, paused, WAITING, DISABLED, FAILING].toSorted(byUrgency)).toEqual([
      FAILING,
      DISABLED,
      WAITING,
      paused,
      HEALTHY,
    ]);
  });

  it('keeps the order of what is equally urgent', () => {
    expect(byUrgency(anIntegration(), HEALTHY)).toBe(0);
  });
});

it('says that counting stopped', () => {
  expect(countWords({ count: 10_000, isCapped: true })).toBe('10,000+');
  expect(countWords({ count: 3, isCapped: false })).toBe('3');
});
