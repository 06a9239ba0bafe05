/** The catalogue and what derives from it: every destination is whole, and every list has every destination. */
import { describe, expect, it } from 'vitest';
import { ALL_PARTS, findFaults, generateLists } from '../../../scripts/generated/destination-lists.ts';
import { DESTINATION_IDS } from '../../../shared/destinations/catalogue.ts';
import { FORMATS, findFormat } from '../../../shared/destinations/formats.ts';
import { FORMS, findForm } from '../../../shared/destinations/forms.form.ts';
import { findVendor, VENDORS } from '../../../shared/destinations/vendors.vendor.ts';

const PROJECT = new URL('../../../', import.meta.url);

describe('the catalogue of destinations', () => {
  it('names destinations that are whole: format, form, vendor, page, golden example, and a test that calls itComplies', () => {
    expect(findFaults(PROJECT, DESTINATION_IDS, ALL_PARTS)).toEqual([]);
  });

  it.each(generateLists(PROJECT, DESTINATION_IDS).map(({ path, current, wanted }) => [path, current, wanted]))(
    'is the source of %s, which is current',
    (_path, current, wanted) => {
      expect(current, 'run "npm run docs"').toBe(wanted);
    },
  );

  it('gives every list its order', () => {
    for (const list of [FORMATS, FORMS, VENDORS]) {
      expect(list.map(({ id }) => id)).toEqual(DESTINATION_IDS);
    }
  });

  it('finds nothing under an id that no destination has', () => {
    for (const find of [findFormat, findForm, findVendor]) {
      expect(find('telepathy')).toBeUndefined();
      expect(find('toString')).toBeUndefined();
    }
  });
});
