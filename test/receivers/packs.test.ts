/** The receiver packs: each has a page that a customer can follow, a test of its fields, and a link from its destination. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destinationPage } from '../../scripts/generated/destination-pages.ts';
import { generatePacks, PACK_HEADINGS, packPage, readPacks } from '../../scripts/generated/pack-pages.ts';
import { fieldsIn, fieldsInAll, mappingFaults, packFindings, renderedDocuments } from './pack-fields.ts';

const PROJECT = new URL('../../', import.meta.url);
const packs = readPacks(PROJECT);
const byId = packs.map((pack) => [pack.id, pack] as const);

function read(path: string): string {
  const file = new URL(path, PROJECT);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('the receiver packs', () => {
  it.each(generatePacks(PROJECT).map(({ path, current, wanted }) => [path, current, wanted]))(
    '%s is current',
    (_path, current, wanted) => {
      expect(current, 'run "npm run docs"').toBe(wanted);
    },
  );

  it.each(byId)('%s has a page that says what to do, in the order of doing it', (_id, { page }) => {
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(PACK_HEADINGS);
    for (const section of page.split(/^##? .*$/m).slice(1)) {
      expect(section.trim(), 'a heading has no text below it').not.toBe('');
    }
  });

  it.each(byId)('%s has a test that compares its fields with those of its format', (id) => {
    expect(read(`test/receivers/${id}.test.ts`)).toContain('mappingFaults(');
  });

  it.each(byId)('%s is named on the page of its destination', (id, { destinations }) => {
    for (const destination of destinations) {
      expect(read(destinationPage(destination))).toContain(`](../../../${packPage(id)})`);
    }
  });
});

describe('the comparison of fields', () => {
  it('sees the fields of every finding, and which of them all have', () => {
    const documents = renderedDocuments('json', (body) => Object(body).data);
    expect(documents).toHaveLength(2 * packFindings().length);
    expect(fieldsIn(documents)).toContain('alsoAffected[].name');
    expect(fieldsIn(documents)).toContain('attributes.*');
    expect(fieldsInAll(documents)).toContain('affected.id');
    expect(fieldsInAll(documents)).not.toContain('remediation.url');
  });

  it('names a field that is read and not rendered, rendered and not read, or left alone without need', () => {
    const whole = ['type', 'timestamp', 'data'];
    const [rendered = ''] = [...fieldsIn(renderedDocuments('json'))].filter((field) => !field.startsWith('data.'));
    expect(rendered).not.toBe('');
    expect(mappingFaults({ id: 'json', reads: ['data', 'nonsense'], unmapped: {} })).toContain(
      'nonsense is read, and json does not render it',
    );
    expect(mappingFaults({ id: 'json', reads: ['data'], unmapped: {} })).toContain(
      `${rendered} is rendered, and neither read nor named as unmapped`,
    );
    expect(mappingFaults({ id: 'json', reads: whole, unmapped: { 'data.id': 'a joke', gone: 'long ago' } })).toEqual(
      expect.arrayContaining([
        'data.id is named as unmapped, and it is read',
        'gone is named as unmapped, and json does not render it',
      ]),
    );
  });
});
