/** Every page and dialog, in both themes, at 200 % and on the narrowest phone: no violation that axe can find, nothing beyond the
 * edge, names that contain what is seen, and say it once. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { IS_THOROUGH } from '../thorough.ts';
import { pathOf, prepareScreens, SCREENS } from './screens.ts';
import { forgiveRefusals, useVisits } from './visit.ts';

const visits = useVisits();

const SETTLED_WITHIN_MILLIS = 10_000;

/** A desktop at 200 %, and the narrowest phone. */
const NARROW = [
  [768, 'light'],
  [768, 'dark'],
  [320, 'dark'],
  [320, 'light'],
] as const;

const HEIGHT = 900;

let webhookPath: string;

beforeAll(async () => {
  webhookPath = await prepareScreens();
});

/** In all of them where it is thorough; else every screen in one, another for the next. */
const views = SCREENS.map((screen, index) => ({
  ...screen,
  narrow: NARROW.filter((_, at) => IS_THOROUGH || at === index % NARROW.length),
}));

describe.each(views)('$name', (screen) => {
  it('can be used by everyone', async () => {
    const visit = await visits.open({ path: pathOf(screen, webhookPath) });
    const { page } = visit;
    await screen.show(page);
    if (screen.isRefused) {
      forgiveRefusals(visit);
    }
    expect(await misnamed(page)).toEqual([]);
    expect(await namedTwice(page)).toEqual([]);
    await page.evaluate(axe.source);
    await expectNoViolations(page);
    for (const [width, theme] of screen.narrow) {
      await page.setViewportSize({ width, height: HEIGHT });
      await page.emulateMedia({ colorScheme: theme });
      await expectNoViolations(page);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });
});

/** A chart that is just being redrawn for another width or theme is neither one yet. */
async function expectNoViolations(page: Page): Promise<void> {
  await expect.poll(() => violationsOn(page), { timeout: SETTLED_WITHIN_MILLIS }).toEqual([]);
}

async function violationsOn(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help} in ${html}`));
}

/** Buttons and links whose name does not contain their text (WCAG 2.5.3). */
function misnamed(page: Page): Promise<readonly string[]> {
  return page.evaluate(`((textOf) => [...document.querySelectorAll('button[aria-label], a[aria-label], [role="button"][aria-label], input[aria-label]')]
    .filter((control) => textOf(control) !== '' && control.checkVisibility())
    .map((control) => ({ name: control.getAttribute('aria-label'), text: textOf(control) }))
    .filter(({ name, text }) => !name.toLowerCase().includes(text.toLowerCase()))
    .map(({ name, text }) => text + ' is called ' + name)
  )((control) => (control.labels?.[0]?.innerText ?? control.innerText ?? '').replace(/\\s+/g, ' ').trim())`);
}

/** Controls whose name begins with the same words twice, as the browser computes it: a label beside another one. */
async function namedTwice(page: Page): Promise<readonly string[]> {
  const names = (await page.locator('body').ariaSnapshot()).matchAll(
    /- (?:button|combobox|textbox|checkbox|radio|link|searchbox|group) "([^"]+)"/g,
  );
  return [...names].map(([, name = '']) => name).filter((name) => /^(\S.{3,}) \1\b/i.test(name));
}
