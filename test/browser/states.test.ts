/** What pages show when things are not as usual: no data, no permission, no session, no network, no patience. */
import { expect, it } from 'vitest';
import { toProblemResponse } from '../../shared/api/problems.schema.ts';
import { UNREAD_NOTICE } from './screens.ts';
import { connectWebhook, ownTenant, publishUnreadable } from './system.ts';
import { forgiveRefusals, useToken, useVisits } from './visit.ts';

const visits = useVisits();

it('says what to do first, and shows nothing of another tenant', async () => {
  const webhookId = await connectWebhook('Of one tenant alone', '/ok/alone');
  const visit = await visits.open({ as: 'globex-admin' });
  const { page } = visit;
  await page.getByText('Connect your first webhook').waitFor();
  await page.goto(`/integrations/webhooks/${webhookId}`);
  await page.getByText('There is no such webhook.').first().waitFor();
  expect(await page.content()).not.toContain('Of one tenant alone');
  forgiveRefusals(visit);
});

it('says that findings could not be read, and how many', async () => {
  await connectWebhook('Beside an unreadable finding', '/ok/unreadable');
  await publishUnreadable();
  const { page } = await visits.open();
  // The page asks again by itself.
  await page.getByText(UNREAD_NOTICE).waitFor({ timeout: 40_000 });
  expect(await page.getByText('What cannot be read is sent to no webhook.').isVisible()).toBe(true);
});

it('lets a viewer look, and says what it takes to change something', async () => {
  const webhookId = await connectWebhook('To be looked at', '/ok/looked-at');
  const { page } = await visits.open({ as: 'viewer', path: `/integrations/webhooks/${webhookId}` });
  const button = page.getByRole('button', { name: 'Send test' });
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  await button.focus();
  await page.getByText('This needs the permission webhooks-write.').filter({ visible: true }).first().waitFor();
  expect(await page.getByRole('checkbox', { name: 'Alerts of To be looked at' }).isEnabled()).toBe(false);
});

it('says so to a user without any permission', async () => {
  const visit = await visits.open();
  await useToken(visit.page, ownTenant().tokens.guest);
  await visit.page.getByText('You may not see this').waitFor();
  forgiveRefusals(visit);
});

it('lets sign in again where a session has ended, and comes back to the page', async () => {
  const visit = await visits.open({ path: '/integrations/browse' });
  const { page } = visit;
  await useToken(page, 'not.a.token');
  await page.getByText('Your sign-in has ended').waitFor();
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await page.getByRole('link', { name: 'acme-admin' }).click();
  await page.getByRole('link', { name: 'Connect Slack' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/integrations/browse');
  forgiveRefusals(visit);
});

it('signs out', async () => {
  const { page } = await visits.open();
  await page.getByRole('button', { name: /acme-admin/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out').waitFor();
});

it('says what could not be loaded, and loads it on demand', async () => {
  const visit = await visits.open({ path: '/integrations/browse' });
  const { page, context } = visit;
  await context.route('**/v1/formats', (route) => route.abort());
  await page.reload();
  await page.getByText('The service cannot be reached.').waitFor();
  await context.unroute('**/v1/formats');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: 'Connect Slack' }).waitFor();
  forgiveRefusals(visit);
});

it('keeps what it has when the network goes, and goes on by itself when it is back', async () => {
  const webhookId = await connectWebhook('Still there', '/ok/still-there');
  const visit = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const { page, context } = visit;
  await page.getByText('No deliveries yet').waitFor();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Reload the delivery log' }).click();
  await page.getByText('The service cannot be reached. Are you online?').first().waitFor();
  await page.getByText('No deliveries yet').waitFor();
  await context.setOffline(false);
  // Each query that failed says so, and each recovers by itself.
  await expect.poll(() => page.getByText('The service cannot be reached.').count(), { timeout: 20_000 }).toBe(0);
  forgiveRefusals(visit);
});

it('says so when loading takes long', async () => {
  const { page, context } = await visits.open({ path: '/integrations/browse' });
  await page.getByRole('link', { name: 'Connect Slack' }).waitFor();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 8_000,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await page.getByRole('link', { name: 'Integrations' }).first().click();
  await page.getByText('Still loading integrations: the network or the service is slow').waitFor();
  await page.getByText('Webhooks that your findings are sent to.').waitFor();
});

it('is dark if the reader wants it so, and stays dark', async () => {
  const { page } = await visits.open();
  const classes = async () => (await page.locator('body').getAttribute('class')) ?? '';
  expect(await classes()).not.toContain('awsui-dark-mode');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  expect(await classes()).toContain('awsui-dark-mode');
  await page.reload();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('button', { name: 'Dark', pressed: true }).waitFor();
  expect(await classes()).toContain('awsui-dark-mode');
});

it('waits for as long as the API asks where many ask at once, says so calmly, and goes on by itself', async () => {
  const webhookId = await connectWebhook('Opened by a hundred', '/ok/opened-by-many');
  const visit = await visits.open({ path: '/integrations/browse' });
  const { page, context } = visit;
  const tooMany = {
    status: 429,
    headers: { 'retry-after': '1' },
    contentType: 'application/problem+json',
    body: JSON.stringify(
      toProblemResponse({ name: 'too-many-requests', detail: 'Your tenant has made too many requests this minute.' }),
    ),
  };
  let isRefused = true;
  await context.route('**/v1/**', (route) => (isRefused ? route.fulfill(tooMany) : route.continue()));
  await page.goto(`/integrations/webhooks/${webhookId}`);
  await page.getByText('Your organisation makes many requests at the moment.').first().waitFor();
  await page.getByText('Loading the integration goes on by itself in a second.').waitFor();
  expect(await page.getByText('Could not load').count()).toBe(0);
  isRefused = false;
  await page.getByRole('checkbox', { name: 'Alerts of Opened by a hundred' }).waitFor();
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  forgiveRefusals(visit);
});
