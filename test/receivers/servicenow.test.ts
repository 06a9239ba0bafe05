/** The import set for ServiceNow: a column for each field that is posted, long enough, and a map that joins by finding. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDING } from '../../shared/destinations/servicenow/servicenow.ts';
import { mappingFaults, renderedDocuments } from './pack-fields.ts';

const source = readFileSync(new URL('../../receivers/servicenow/src/fluent/thalian.now.ts', import.meta.url), 'utf8');
const page = readFileSync(new URL('../../receivers/servicenow/README.md', import.meta.url), 'utf8');

/** The text between the braces behind `name`, which is indented less than what is in it. */
function block(name: string): string {
  const [, inner] = new RegExp(`\\n  ${name}: \\{\\n(.*?)\\n  \\},\\n`, 's').exec(source) ?? [];
  if (inner === undefined) {
    throw new Error(`the import set has no ${name}`);
  }
  return inner;
}

const columns = new Map(
  [...block('schema').matchAll(/^ {4}(\w+): StringColumn\(\{.*maxLength: (\d+) \}\),$/gm)].map(
    ([, name = '', length]) => [name, Number(length)] as const,
  ),
);
const entries = [...block('fields').matchAll(/^ {4}(\w+): (?:'(\w+)'|\{ sourceField: '(\w+)'(.*) \}),$/gm)].map(
  ([, target = '', simple, from, options = '']) => ({ target, from: simple ?? from ?? '', options }),
);

describe('the import set for ServiceNow', () => {
  it('was read whole', () => {
    expect(columns.size).toBe(block('schema').split('\n').length);
    expect(entries).toHaveLength(block('fields').split('\n').length);
  });

  it('has a column for each field that the format renders, and maps each column', () => {
    expect(mappingFaults({ id: 'servicenow', reads: columns.keys(), unmapped: {} })).toEqual([]);
    expect(entries.map(({ from }) => from).toSorted()).toEqual([...columns.keys()].toSorted());
    for (const { target, from } of entries) {
      expect(target, 'the format names fields of an incident').toBe(from);
    }
  });

  it('has columns that no value is too long for', () => {
    for (const document of renderedDocuments('servicenow')) {
      for (const [name, value] of Object.entries(Object(document))) {
        expect(String(value).length, name).toBeLessThanOrEqual(columns.get(name) ?? 0);
      }
    }
  });

  it('finds the incident of a finding by the one field that says which finding it is', () => {
    const keys = entries.filter(({ options }) => options.includes('coalesce: true'));
    expect(keys.map(({ target }) => target)).toEqual(['correlation_id']);
    expect(page).toContain(`*Correlation id* \`${FINDING}\``);
  });

  it('refuses a weight that the instance does not have, and makes no new groups, users or categories', () => {
    const actions = entries.map(({ target, options }) => [target, /choiceAction: '(\w+)'/.exec(options)?.[1]]);
    expect(Object.fromEntries(actions.filter(([, action]) => action !== undefined))).toEqual({
      impact: 'reject',
      urgency: 'reject',
      category: 'ignore',
      assignment_group: 'ignore',
      caller_id: 'ignore',
    });
  });
});
