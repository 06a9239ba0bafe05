import { describe, expect, it } from 'vitest';
import { MOST_PREVIEWED } from '../../../shared/api/alert-preview.schema.ts';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { canonicalFinding } from '../../../shared/finding/finding.ts';
import { aDeliveryRow } from '../../builders/delivery.ts';
import { aPlainFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const ALERTS = '/v1/webhooks/wh_siem/alerts';
const PREVIEW = `${ALERTS}/preview`;
const DAY_MILLIS = 24 * 60 * 60 * 1000;

const LISTS = { platforms: ['okta', 'aws'], categories: ['Identity Security'], affectedTypes: ['identity'] };

describe('the lists of an alert rule', () => {
  it('are kept, shown and published, and go when they are left out', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const rule = { enabled: true, minSeverity: 'low', ...LISTS };
    expect(await world.ask('PUT', ALERTS, { body: rule })).toMatchObject({ status: 200, json: { alerts: rule } });
    expect((await world.ask('GET', '/v1/webhooks/wh_siem')).json.alerts).toEqual(rule);
    const plain = { enabled: true, minSeverity: 'low' };
    expect((await world.ask('PUT', ALERTS, { body: plain })).json.alerts).toEqual(plain);
  });

  it('are the same in another order and case: nothing is changed', async () => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const rule = { enabled: true, minSeverity: 'low', platforms: ['okta', 'aws'] };
    await world.ask('PUT', ALERTS, { body: rule });
    const again = await world.ask('PUT', ALERTS, { body: { ...rule, platforms: ['AWS', 'Okta'] } });
    expect(again.json).toMatchObject({ revision: 2, alerts: rule });
  });

  it.each([
    ['an empty list', { platforms: [] }, 'platforms'],
    ['a name twice', { platforms: ['okta', 'Okta'] }, 'platforms'],
    ['an empty name', { categories: [' '] }, 'categories.0'],
    ['a name that is too long', { categories: ['x'.repeat(65)] }, 'categories.0'],
    ['too many names', { platforms: Array.from({ length: 21 }, (_, index) => `p${index}`) }, 'platforms'],
    ['an unknown type', { affectedTypes: ['device'] }, 'affectedTypes.0'],
    ['a name that turns the direction of text', { platforms: ['okta\u202e'] }, 'platforms.0'],
  ])('refuse %s', async (_what, lists, field) => {
    const world = anApiWorld({ webhooks: [aWebhook()] });
    const response = await world.ask('PUT', ALERTS, { body: { enabled: true, minSeverity: 'low', ...lists } });
    expect(response).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });
});

describe('the preview of an alert rule', () => {
  /** One a day, the latest an hour ago. */
  function aWorldWith(findings: readonly Partial<Finding>[], webhook: Parameters<typeof aWebhook>[0] = {}) {
    const world = anApiWorld({ webhooks: [aWebhook({ alertsSince: 0, ...webhook })] });
    const now = world.clock.now();
    for (const [index, finding] of findings.entries()) {
      const detectedAt = new Date(now - 3_600_000 - index * DAY_MILLIS).toISOString();
      const canonical = canonicalFinding(aPlainFinding({ ...finding, detectedAt }));
      const deliveryId = deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, canonical);
      const row = aDeliveryRow({ deliveryId, finding: canonical, status: 'delivered' });
      world.log.rows.set(`acme#wh_siem#${deliveryId}`, row);
    }
    return world;
  }
  const low = { level: 'low', score: 10 } as const;
  const FINDINGS = [{ platform: 'okta' }, { platform: 'aws' }, { platform: 'okta', severity: low }];

  it.each([
    [{ enabled: true, minSeverity: 'info' }, 3],
    [{ enabled: true, minSeverity: 'high' }, 2],
    [{ enabled: true, minSeverity: 'info', platforms: ['OKTA'] }, 2],
    [{ enabled: true, minSeverity: 'high', platforms: ['okta'] }, 1],
    [{ enabled: true, minSeverity: 'info', categories: ['Shadow IT'] }, 0],
    [{ enabled: false, minSeverity: 'info' }, 0],
  ])('counts what %j would have sent', async (body, selected) => {
    const world = aWorldWith(FINDINGS);
    expect(await world.ask('POST', PREVIEW, { body })).toMatchObject({
      status: 200,
      json: { received: 3, selected, isExact: true },
    });
    expect((await world.ask('GET', '/v1/webhooks/wh_siem')).json.revision).toBe(1);
  });

  it('says that a wider rule is not counted exactly', async () => {
    const world = aWorldWith(FINDINGS, { alerts: { enabled: true, minSeverity: 'high', platforms: ['okta'] } });
    const preview = await world.ask('POST', PREVIEW, { body: { enabled: true, minSeverity: 'info' } });
    expect(preview.json).toMatchObject({ selected: 3, isExact: false });
  });

  it('looks back 30 days, and not behind the last change of the rule', async () => {
    const world = aWorldWith(Array.from({ length: 40 }, () => ({})));
    const body = { enabled: true, minSeverity: 'info' };
    const { json } = await world.ask('POST', PREVIEW, { body });
    expect(json).toMatchObject({ received: 30, from: new Date(world.clock.now() - 30 * DAY_MILLIS).toISOString() });
    const since = world.clock.now() - 2 * DAY_MILLIS;
    const changed = aWorldWith(
      Array.from({ length: 40 }, () => ({})),
      { alertsSince: since },
    );
    const { json: shorter } = await changed.ask('POST', PREVIEW, { body });
    expect(shorter).toMatchObject({ received: 2, from: new Date(since).toISOString() });
  });

  it('reads a bounded part of the log, and says since when it is whole', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ alertsSince: 0 })] });
    const now = world.clock.now();
    for (let index = 0; index < MOST_PREVIEWED + 100; index += 1) {
      const detectedAt = new Date(now - index * 1_000).toISOString();
      const finding = canonicalFinding(aPlainFinding({ detectedAt }));
      const deliveryId = deliveryIdOf(aTenantId(), aWebhookId(), detectedAt, finding);
      world.log.rows.set(`acme#wh_siem#${deliveryId}`, aDeliveryRow({ deliveryId, finding }));
    }
    const { json } = await world.ask('POST', PREVIEW, { body: { enabled: true, minSeverity: 'info' } });
    expect(json).toMatchObject({
      received: MOST_PREVIEWED,
      from: new Date(now - (MOST_PREVIEWED - 1) * 1_000).toISOString(),
    });
  });

  it('is of no webhook of another tenant', async () => {
    const world = anApiWorld({ webhooks: [aWebhook({ tenantId: aTenantId('globex') })] });
    const response = await world.ask('POST', PREVIEW, { body: { enabled: true, minSeverity: 'info' } });
    expect(response.status).toBe(404);
  });
});
