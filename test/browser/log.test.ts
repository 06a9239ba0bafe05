/** The delivery log: found by what is known of a delivery, at an address that leads back to it, and taken along as a file. */
import { text } from 'node:stream/consumers';
import { expect, inject, it } from 'vitest';
import { deliveryPageSchema } from '../../shared/api/delivery-responses.schema.ts';
import { connectWebhook, ownTenant, publish } from './system.ts';
import { useVisits } from './visit.ts';

const visits = useVisits();

/** A page that is loaded again takes its time on a busy machine. */
const PATIENCE = { timeout: 40_000 };

const HOUR = 3_600_000;
const ago = (millis: number) => new Date(Date.now() - millis).toISOString();

it('has what arrived last at the top, however long ago it was detected', async () => {
  const webhookId = await connectWebhook('Of late findings', '/ok/late', 'info');
  await publish({ title: 'Detected just now' });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const rows = page.getByRole('row', { name: /Detected .*Delivered/ });
  await expect.poll(() => rows.count(), PATIENCE).toBe(1);
  await publish({ title: 'Detected three days ago', detectedAt: ago(72 * HOUR) });
  await expect.poll(() => rows.count(), PATIENCE).toBe(2);
  expect(await rows.first().innerText()).toMatch(/Detected three days ago[\s\S]*arrived/);
  await page.getByRole('button', { name: 'Order By arrival' }).click();
  await page.getByRole('option', { name: 'By detection' }).click();
  await expect.poll(() => rows.first().innerText(), PATIENCE).toContain('Detected just now');
  expect(new URL(page.url()).search).toBe('?order=detection');
});

it('narrows the log, and comes back to it by back, reload and a shared link', async () => {
  const webhookId = await connectWebhook('Of many findings', '/ok/many', 'info');
  await publish({ title: 'Root key without rotation', severity: { level: 'critical', score: 97 } });
  await publish({ title: 'Root login', severity: { level: 'low', score: 12 } });
  await publish({ title: 'Something else', severity: { level: 'critical', score: 98 } });
  const path = `/integrations/webhooks/${webhookId}`;
  const { page } = await visits.open({ path });
  const titles = async () =>
    (await page.getByRole('table', { name: 'Delivery log' }).getByRole('rowheader').allInnerTexts()).map(
      (text) => text.split('\n')[0],
    );
  await expect.poll(async () => (await titles()).length, PATIENCE).toBe(3);

  await page.getByRole('searchbox', { name: 'Search' }).fill('root');
  await expect.poll(titles, PATIENCE).toEqual(['Root login', 'Root key without rotation']);
  await page.getByText('Each page looks at 1,000 deliveries at most.').waitFor();
  await page.getByRole('button', { name: 'Severity Every severity' }).click();
  await page.getByRole('option', { name: 'Critical' }).click();
  await expect.poll(titles, PATIENCE).toEqual(['Root key without rotation']);
  const address = page.url();
  expect(new URL(address).search).toBe('?search=root&severity=critical');

  await page.getByRole('link', { name: 'Root key without rotation' }).click();
  await page.getByRole('heading', { level: 1, name: 'Root key without rotation' }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await page.goBack();
  await expect.poll(titles, PATIENCE).toEqual(['Root key without rotation']);
  await page.goBack();
  await expect.poll(titles, PATIENCE).toEqual(['Root login', 'Root key without rotation']);
  await page.goForward();
  await page.reload();
  await expect.poll(titles, PATIENCE).toEqual(['Root key without rotation']);
  const { page: ofAnother } = await visits.open({ as: 'viewer', path: `${path}${new URL(address).search}` });
  await ofAnother.getByRole('link', { name: 'Root key without rotation' }).waitFor();
  expect(await ofAnother.getByRole('link', { name: 'Root login' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect.poll(titles, PATIENCE).toHaveLength(3);
  await page.getByRole('searchbox', { name: 'Search' }).fill(id);
  await expect.poll(titles, PATIENCE).toEqual(['Root key without rotation']);
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing is called so');
  await page.getByText('No deliveries match the filters').waitFor();
});

it('pages from place to place in the log, each with an address of its own', async () => {
  const webhookId = await connectWebhook('Of three pages', '/ok/pages', 'info');
  await Promise.all(Array.from({ length: 41 }, (_, index) => publish({ title: `Number ${index} of all` })));
  // What comes while pages are turned is newer than they are.
  await expect.poll(() => countDelivered(webhookId), PATIENCE).toBe(41);
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  const rows = page.getByRole('row', { name: /of all.*Delivered/ });
  await expect.poll(() => rows.count(), PATIENCE).toBe(20);
  const next = page.getByRole('button', { name: 'Next page' });
  // Rows that are written again move the button away from under a click: then it is clicked again.
  const turn = async () => {
    if (!new URL(page.url()).searchParams.has('after')) {
      await next.click();
    }
    return page.getByRole('button', { name: 'First page' }).count();
  };
  await expect.poll(turn, PATIENCE).toBe(1);
  await expect.poll(() => rows.count(), PATIENCE).toBe(20);
  await next.click();
  await expect.poll(() => rows.count(), PATIENCE).toBe(1);
  await page.reload();
  await expect.poll(() => rows.count(), PATIENCE).toBe(1);
  await page.getByRole('button', { name: 'Previous page' }).click();
  await expect.poll(() => rows.count(), PATIENCE).toBe(20);
  await page.getByRole('button', { name: 'First page' }).click();
  await page.getByRole('button', { name: 'First page' }).waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('');
});

it('is taken along as CSV and NDJSON, as the filters show it', async () => {
  const webhookId = await connectWebhook('Of exports', '/ok/exports', 'info');
  await publish({ title: '=SUM(A1) taken along' });
  await publish({ title: 'Left behind' });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}?search=taken` });
  await page.getByRole('row', { name: /taken along.*Delivered/ }).waitFor({ timeout: 30_000 });
  const fileOf = async (item: RegExp) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item }).click();
    const file = await downloading;
    return { name: file.suggestedFilename(), text: await text(await file.createReadStream()) };
  };
  const csv = await fileOf(/CSV/);
  expect(csv.name).toBe(`deliveries-${webhookId}.csv`);
  expect(csv.text.split('\r\n')).toHaveLength(3);
  expect(csv.text).toContain(",'=SUM(A1) taken along,");
  await page.getByText('The file has one delivery.').waitFor();
  const ndjson = await fileOf(/NDJSON/);
  expect(
    ndjson.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).finding.title),
  ).toEqual(['=SUM(A1) taken along']);
});

it('leads from a delivery to the finding, and shows every field that was sent', async () => {
  const webhookId = await connectWebhook('Of every field', '/ok/fields', 'info');
  await publish({
    title: 'With every field',
    category: 'Identity Security',
    url: 'https://app.thalian.example/findings/1',
    description: 'A description of two\nlines.',
    platforms: ['aws'],
    alsoAffected: [{ type: 'asset', id: 'i-0abc', name: 'Build server' }],
    attributes: { owner: 'team-identity' },
    remediation: { summary: 'Turn MFA on.', url: 'https://docs.thalian.example/mfa' },
  });
  const { page } = await visits.open({ path: `/integrations/webhooks/${webhookId}` });
  await page.getByRole('link', { name: 'With every field' }).click({ timeout: 30_000 });
  expect(await page.getByRole('link', { name: /Open it in Thalian/ }).getAttribute('href')).toBe(
    'https://app.thalian.example/findings/1',
  );
  expect(await page.getByRole('link', { name: /The guidance in full/ }).getAttribute('rel')).toContain('noopener');
  const shown = await page.locator('main').innerText();
  for (const field of [
    'Identity Security',
    'A description of two\nlines.',
    'okta, aws',
    'Build server',
    'team-identity',
    'Turn MFA on.',
  ]) {
    expect(shown).toContain(field);
  }
  await page.getByRole('button', { name: 'As a command' }).click();
  const command = await page.getByText(/^curl --request POST/).innerText();
  expect(command).toMatch(/x-thalian-signature: t=\d+,v1=\*\*\*/);
  expect(command).toContain("--data-binary '{");
});

async function countDelivered(webhookId: string): Promise<number> {
  const url = `${inject('stack').apiUrl}/v1/webhooks/${webhookId}/deliveries?status=delivered&limit=100`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${ownTenant().tokens.admin}` } });
  return deliveryPageSchema.parse(await response.json()).deliveries.length;
}
