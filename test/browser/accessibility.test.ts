/** Every page and dialog, in both themes and at phone width: no violation that axe can find, nothing beyond the edge. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { LOST_TITLE, PHONE, pathOf, SCREENS } from './screens.ts';
import { connectWebhook, publish, publishUnreadable } from './system.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

const SETTLED_WITHIN_MILLIS = 10_000;

let webhookPath: string;

beforeAll(async () => {
  webhookPath = `/integrations/webhooks/${await connectWebhook('Gone', '/gone', 'high')}`;
  await publish({ title: LOST_TITLE });
  await publishUnreadable();
});

describe.each(SCREENS)('$name', (screen) => {
  it('can be used by everybody', async () => {
    const visit = await visits.open({ path: pathOf(screen, webhookPath) });
    const { page } = visit;
    await screen.show(page);
    if (screen.isRefused) {
      forgiveRefusals(visit);
    }
    await page.evaluate(axe.source);
    await expectNoViolations(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectNoViolations(page);
    await page.setViewportSize(PHONE);
    await expectNoViolations(page);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  });
});

/** A chart that is just being redrawn for another width or theme is neither one yet. */
async function expectNoViolations(page: Page): Promise<void> {
  await expect.poll(() => violationsOn(page), { timeout: SETTLED_WITHIN_MILLIS }).toEqual([]);
}

async function violationsOn(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help} in ${html}`));
}
