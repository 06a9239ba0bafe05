/** The promise of the same body on every attempt has exceptions: one section tells them, every other page refers to it. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SECTION = 'receiving-webhooks.md#duplicates-and-order';
const PROMISE = /same (bytes|body)|byte-identical|byte for byte/i;

/** The report of the proof quotes names of tests. */
const PAGES = globSync(['README.md', '{docs,shared,functions,examples}/**/*.md'], { exclude: ['docs/reliability.md'] });

describe('the same body on every attempt', () => {
  it('is promised with its three exceptions in one section', () => {
    const [, section = ''] = readFileSync('docs/receiving-webhooks.md', 'utf8').split('## Duplicates and order');
    expect(section).toMatch(/byte for byte, the same body, with three exceptions/);
  });

  it('is promised elsewhere only with a link to that section', () => {
    const promises = PAGES.filter((page) => !page.endsWith('receiving-webhooks.md')).flatMap((page) =>
      readFileSync(page, 'utf8')
        .split('\n')
        .filter((line) => PROMISE.test(line))
        .map((line) => `${page}: ${line}`),
    );
    expect(promises.length).toBeGreaterThan(0);
    expect(promises.filter((promise) => !promise.includes(SECTION))).toEqual([]);
  });
});
