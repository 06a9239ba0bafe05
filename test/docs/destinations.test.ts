/** The pages of the destinations: one for each, and current where they are generated. What a page says is its destination's test. */
import { describe, expect, it } from 'vitest';
import { destinationPage, generateDestinations } from '../../scripts/generated/destination-pages.ts';
import { fillSlots } from '../../scripts/generated/fill-slots.ts';
import { DESTINATION_IDS } from '../../shared/destinations/catalogue.ts';

const pages = generateDestinations(new URL('../../', import.meta.url));

describe('the pages of the destinations', () => {
  it('are the index and one for each destination', () => {
    expect(pages.map(({ path }) => path)).toEqual(['docs/destinations.md', ...DESTINATION_IDS.map(destinationPage)]);
  });

  it.each(pages.map(({ path, current, wanted }) => [path, current, wanted]))(
    '%s is current',
    (_path, current, wanted) => {
      expect(current, 'run "npm run docs"').toBe(wanted);
    },
  );

  it('cannot lose a generated part unseen', () => {
    const slot = '<!-- generated: fields -->\nold\n<!-- end of generated -->';
    const filled = fillSlots(slot, { fields: 'new' }, 'x.md');
    expect(filled).toBe('<!-- generated: fields -->\nnew\n<!-- end of generated -->');
    expect(fillSlots(filled, { fields: 'new' }, 'x.md')).toBe(filled);
    expect(() => fillSlots('', { fields: 'new' }, 'x.md')).toThrow('no slot for "fields"');
    expect(() => fillSlots(slot, {}, 'x.md')).toThrow('which is not generated');
    expect(() => fillSlots(slot.replace('end of', 'end'), { fields: 'new' }, 'x.md')).toThrow('no slot for "fields"');
  });
});
