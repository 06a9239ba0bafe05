/** The pages of the destinations: one for each format, whole, and current where they are generated. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destinationPage, fillSlots, generateDestinations } from '../../scripts/generated-destinations.ts';
import { FORMAT_CONTRACTS } from '../../shared/destinations/forms.form.ts';

const PROJECT = new URL('../../', import.meta.url);
const pages = generateDestinations(PROJECT);

const HEADINGS = ['What to create there', 'What to paste here', 'What arrives', 'What can go wrong'];

describe('the pages of the destinations', () => {
  it('are the index and one for each format', () => {
    const ids = FORMAT_CONTRACTS.map(({ id }) => destinationPage(id));
    expect(pages.map(({ path }) => path)).toEqual(['docs/destinations.md', ...ids]);
  });

  it.each(pages.map(({ path, current, wanted }) => [path, current, wanted]))(
    '%s is current',
    (_path, current, wanted) => {
      expect(current, 'run "npm run docs"').toBe(wanted);
    },
  );

  it.each(FORMAT_CONTRACTS.map(({ id, title }) => [id, title]))(
    '%s says what it takes, in the order of doing it',
    (id, title) => {
      const page = readFileSync(new URL(destinationPage(id), PROJECT), 'utf8');
      expect(page.startsWith(`# ${title}\n`)).toBe(true);
      expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
    },
  );

  it.each(['jira', 'servicenow', 'xsoar'])(
    '%s says that a time-out may open a second ticket, and how to find it',
    (id) => {
      const prose = readFileSync(new URL(destinationPage(id), PROJECT), 'utf8').replaceAll(/\s+/g, ' ');
      expect(prose).toMatch(/a time-out may create a second (issue|record|incident)/);
      expect(prose).toMatch(/The delivery's id, which the delivery's page shows, is|search for the delivery's id/);
    },
  );

  it('cannot lose a generated part unseen', () => {
    const mount = '<!-- generated: fields -->\nold\n<!-- end of generated -->';
    const filled = fillSlots(mount, { fields: 'new' }, 'x.md');
    expect(filled).toBe('<!-- generated: fields -->\nnew\n<!-- end of generated -->');
    expect(fillSlots(filled, { fields: 'new' }, 'x.md')).toBe(filled);
    expect(() => fillSlots('', { fields: 'new' }, 'x.md')).toThrow('no place for fields');
    expect(() => fillSlots(mount, {}, 'x.md')).toThrow('which nobody generates');
    expect(() => fillSlots(mount.replace('end of', 'end'), { fields: 'new' }, 'x.md')).toThrow('no place for fields');
  });
});
