/** The import set for ServiceNow: a column for each field that is posted, long enough, and a map that joins by finding. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findForm } from '../../shared/destinations/forms.form.ts';
import { FINDING, format } from '../../shared/destinations/servicenow/servicenow.ts';
import { FINDING_EVENTS, type FindingEventName, type Lifecycle } from '../../shared/finding/lifecycle.ts';
import { aScantInput } from '../builders/filled-in.ts';
import { aFinding } from '../builders/finding.ts';
import { mappingFaults, renderedDocuments, renderedEvents } from './pack-fields.ts';

const source = readFileSync(new URL('../../receivers/servicenow/src/fluent/thalian.now.ts', import.meta.url), 'utf8');
const script = readFileSync(
  new URL('../../receivers/servicenow/src/fluent/follow-finding.js', import.meta.url),
  'utf8',
);
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

  it('has a column for each field that the format renders, and maps each column but those that its script reads', () => {
    expect(mappingFaults({ id: 'servicenow', reads: columns.keys(), unmapped: {} })).toEqual([]);
    const scripted = [...script.matchAll(/source\.(\w+)/g)].map(([, column = '']) => column);
    expect(new Set([...entries.map(({ from }) => from), ...scripted])).toEqual(new Set(columns.keys()));
    expect(new Set(scripted)).toEqual(new Set(['u_event', 'u_revision']));
    expect(source).toContain("when: 'onBefore',\n      script: Now.include('./follow-finding.js'),");
    for (const { target, from } of entries) {
      expect(target, 'the format names fields of an incident').toBe(from);
    }
  });

  it('has columns that no value is too long for', () => {
    for (const document of [...renderedDocuments('servicenow'), ...renderedEvents('servicenow').resolved]) {
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

type Incident = Record<string, unknown>;

/** An import set with this map and its script: whether the map is applied before or after the script is not documented. */
function anInstance(mapsFirst: boolean) {
  const incidents = new Map<string, Incident>();
  class GlideRecord {
    get(id: unknown): boolean {
      const found = incidents.get(String(id));
      Object.assign(this, found);
      return found !== undefined;
    }
  }
  return {
    incidents,
    /** The status of the row, as ServiceNow responds with it. */
    post(row: Readonly<Record<string, string>>): 'inserted' | 'updated' | 'ignored' {
      const key = String(row['correlation_id']);
      const there = incidents.get(key);
      const mapped = Object.fromEntries(
        entries.flatMap(({ target, from }) => (row[from] === undefined ? [] : [[target, row[from]]])),
      );
      const target: Incident = {
        state: '1',
        ...there,
        ...(mapsFirst && mapped),
        getUniqueValue: () => (there === undefined ? 'new' : key),
      };
      const run = new Function(
        ...['source', 'map', 'log', 'target', 'action', 'GlideRecord'],
        `let ignore = false;\n${script}\nreturn ignore;`,
      );
      const isIgnored = run(row, {}, {}, target, there === undefined ? 'insert' : 'update', GlideRecord);
      if (isIgnored) {
        return 'ignored';
      }
      incidents.set(key, { ...target, ...mapped });
      return there === undefined ? 'inserted' : 'updated';
    },
  };
}

describe.each([true, false])('what becomes of a finding, if the map is applied before the script: %s', (mapsFirst) => {
  const form = findForm('servicenow');
  const rowOf = (lifecycle: Lifecycle | undefined, title = 'A title') => {
    if (form === undefined) {
      throw new Error('there is no form');
    }
    const finding = aFinding({ title, description: 'Revision: 99' });
    const options = { correlateBy: FINDING };
    return JSON.parse(format.render(aScantInput(form, { finding, options, ...(lifecycle && { lifecycle }) })).body);
  };
  const rowAt = (event: FindingEventName) => rowOf({ event, revision: FINDING_EVENTS.indexOf(event) + 1 }, event);

  it('resolves its one incident, and opens it again', () => {
    const { post, incidents } = anInstance(mapsFirst);
    const states = FINDING_EVENTS.map((event) => [post(rowAt(event)), [...incidents.values()][0]?.['state']]);
    expect(states).toEqual([
      ['inserted', '1'],
      ['updated', '1'],
      ['updated', '6'],
      ['updated', '2'],
    ]);
    expect(incidents.size).toBe(1);
    expect([...incidents.values()][0]).toMatchObject({
      close_code: 'Solution provided',
      close_notes: expect.stringContaining('resolved'),
    });
  });

  it('changes nothing for an older event, whatever the order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...FINDING_EVENTS], { minLength: 1 }), (events) => {
        const { post, incidents } = anInstance(mapsFirst);
        const statuses = events.map((event) => post(rowAt(event)));
        const [incident] = [...incidents.values()];
        // A resolution of what ServiceNow has not is no incident.
        const known = events.slice(
          Math.max(
            0,
            events.findIndex((event) => event !== 'resolved'),
          ),
        );
        const newest = FINDING_EVENTS.findLast((event) => known.includes(event)) ?? 'detected';
        expect(incident?.['description'] ?? 'Revision: 3').toContain(
          `Revision: ${FINDING_EVENTS.indexOf(newest) + 1}\n`.trim(),
        );
        expect(incident?.['state'] === '6').toBe(incident !== undefined && newest === 'resolved');
        expect(statuses.length).toBe(events.length);
      }),
    );
  });

  it('leaves a closed incident closed, and says there that the finding is open again', () => {
    const { post, incidents } = anInstance(mapsFirst);
    post(rowAt('detected'));
    const [key = ''] = [...incidents.keys()];
    incidents.set(key, { ...incidents.get(key), state: '7' });
    post(rowAt('resolved'));
    expect(incidents.get(key)).toMatchObject({ state: '7' });
    post(rowAt('reopened'));
    expect(incidents.get(key)).toMatchObject({ state: '7', work_notes: expect.stringContaining('open again') });
  });

  it('joins what has no event, of payload version 1, and leaves the state alone', () => {
    const { post, incidents } = anInstance(mapsFirst);
    expect([post(rowOf(undefined)), post(rowOf(undefined, 'Another title'))]).toEqual(['inserted', 'updated']);
    expect([...incidents.values()]).toMatchObject([
      { state: '1', short_description: expect.stringContaining('Another title') },
    ]);
  });
});
