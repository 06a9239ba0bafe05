/** What the platform team does by hand, on a deployed stack: `npm run ops` with nothing but the stage's name. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFreshTenantId, type DeployedService, judge, reachService } from '../deployed-service.ts';
import { ops } from '../ops.ts';

let service: DeployedService;
beforeAll(async () => {
  service = await reachService();
});
afterAll(() => service?.leave());

describe('npm run ops', () => {
  it('publishes a finding that is delivered, lists webhooks, and retries what failed', async () => {
    const tenant = await service.aTenant(aFreshTenantId('acme'));
    const { tenantId } = tenant;
    const webhook = await service.connect(tenant, { behaviour: 'fail', tuning: '?times=4' });

    expect(await ops('publish', '--tenant', tenantId)).toContain('add --apply');
    expect(await webhook.requests()).toEqual([]);
    expect(await ops('publish', '--tenant', tenantId, '--apply')).toMatch(/finding fnd_sample_\w+ of .* is on/);
    const [first] = await webhook.waitForRequests(4);
    const failed = await webhook.waitForOutcome(first);
    expect(failed).toMatchObject({ status: 'failed', attempts: 4 });

    expect(await ops('webhooks', '--tenant', tenantId)).toMatch(new RegExp(`${webhook.id}[^]*failed 1, held 0`));
    const about = ['--tenant', tenantId, '--webhook', webhook.id, '--status', 'failed'];
    expect(await ops('retry', ...about)).toContain('1 failed deliveries would be retried');
    expect(await ops('retry', ...about, '--apply')).toContain('1 deliveries are on their way again.');
    const again = (await webhook.waitForRequests(5)).at(-1);
    expect(again && judge(again, webhook.signingSecret)).toBe('verified');
    expect(await webhook.waitForOutcome(again)).toMatchObject({ id: failed.id, status: 'delivered', attempts: 5 });
  });
});
