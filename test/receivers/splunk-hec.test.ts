/** The add-on for Splunk: it reads what is sent, its fields are those of the data model Alerts, and its alert goes by arrival. */
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_LIFETIME_DAYS } from '../../shared/delivery/retry-cycle.ts';
import { DEFAULT_SOURCETYPE } from '../../shared/destinations/splunk-hec/splunk-hec.ts';
import { FINDING_EVENTS } from '../../shared/finding/lifecycle.ts';
import { mappingFaults, renderedDocuments, renderedEvents } from './pack-fields.ts';
import { aliasesOf, calculationsOf, computeFields, fieldsRead, parseConf, type SplunkFields } from './splunk-conf.ts';

const APP = new URL('../../receivers/splunk-hec/thalian_ta/', import.meta.url);

/** Splunk's own tests of add-ons demand these of an event for the data model (its CIM 4.20). */
const REQUIRED = ['app', 'description', 'dest', 'id', 'signature', 'signature_id', 'severity', 'src', 'type', 'user'];
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'];

/** Search fields that come from Splunk itself. */
const SPLUNKS_OWN = ['sourcetype', 'eventtype', '_indextime', '_raw', '_time'];

/** Splunk's default: what begins later in an event is not extracted from it (limits.conf, `[spath] extraction_cutoff`). */
const EXTRACTION_CUTOFF_BYTES = 5_000;

const envelopeFields: Readonly<Record<string, string>> = {
  time: 'Splunk takes it for _time',
  host: 'a field of every event',
  source: 'a field of every event',
  index: 'the index that the token writes to: the macro names it',
};

const unmapped: Readonly<Record<string, string>> = {
  ...envelopeFields,
  'event.affected.name': 'is the user or the destination already, or empty',
  'event.category': 'extracted under its own name; the data model has no field for it',
  'event.platforms': 'extracted under its own name',
  'event.alsoAffected': 'extracted under its own name',
  'event.attributes': 'extracted under its own name',
};

function read(path: string): string {
  return readFileSync(new URL(path, APP), 'utf8');
}

function stanza(file: string, name: string): ReadonlyMap<string, string> {
  const found = parseConf(read(`default/${file}.conf`)).get(name);
  if (found === undefined) {
    throw new Error(`${file}.conf has no stanza [${name}]`);
  }
  return found;
}

const props = stanza('props', DEFAULT_SOURCETYPE);
const ALERTS = ['Thalian - Finding arrived', 'Thalian - Finding resolved'];
const [alert, resolutions, state] = [...ALERTS, 'Thalian - Findings as they are'].map((name) =>
  stanza('savedsearches', name),
) as [ReadonlyMap<string, string>, ReadonlyMap<string, string>, ReadonlyMap<string, string>];
const searches = [alert, resolutions, state].map((of) => of.get('search') ?? '');
const [search = '', resolved = ''] = searches;

/** The fields that a search shows, filters by, sorts by or computes with. */
function fieldsSearched(search: string): readonly string[] {
  const [, shown = ''] = /\| table (.+)$/.exec(search) ?? [];
  const filters = [...search.matchAll(/(\w+)(?==")/g), ...search.matchAll(/\| dedup (\w+)/g)];
  const sorted = [...search.matchAll(/- (?:num\()?(\w+)\)?(?=[, ])/g)];
  const computed = [...search.matchAll(/strftime\((\w+)/g)];
  return [...shown.split(' '), ...[...filters, ...sorted, ...computed].map(([, name = '']) => name)];
}

const aliases = aliasesOf(props);
const calculations = calculationsOf(props);
const made = new Set([...aliases.map(({ to }) => to), ...calculations.map(([name]) => name), 'arrived_at']);
const readFromEvent = [
  ...aliases.map(({ from }) => from),
  ...calculations.flatMap(([, expression]) => fieldsRead(expression)),
  ...searches.flatMap(fieldsSearched).filter((name) => !made.has(name)),
].filter((name) => !SPLUNKS_OWN.includes(name));

/** As `KV_MODE = json` extracts it, from the beginning of the event alone; lists have several values, which nothing here computes with. */
function extracted(event: object, cutoffBytes = EXTRACTION_CUTOFF_BYTES): SplunkFields {
  const raw = JSON.stringify(event);
  const fields: [string, unknown][] = [];
  const walk = (value: unknown, path: string) => {
    if (!Array.isArray(value) && typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        walk(inner, path === '' ? name : `${path}.${name}`);
      }
    } else if (!Array.isArray(value)) {
      fields.push([path, value]);
    }
  };
  const whole = Object.entries(event).filter(([name, value]) => {
    const end =
      raw.indexOf(JSON.stringify(value), raw.indexOf(`${JSON.stringify(name)}:`)) + JSON.stringify(value).length;
    return Buffer.byteLength(raw.slice(0, end)) <= cutoffBytes;
  });
  walk(Object.fromEntries(whole), '');
  return { ...Object.fromEntries(fields), _raw: raw };
}

const sent: readonly { readonly id: string; readonly deliveryId: string }[] = renderedDocuments('splunk-hec').map(
  (document) => Object(document).event,
);
const events = sent.map((event) => extracted(event, Number.POSITIVE_INFINITY));

describe('the add-on for Splunk', () => {
  it('reads fields that the format renders, and leaves none unnoticed', () => {
    const reads = ['sourcetype', ...new Set(readFromEvent.map((name) => `event.${name}`))];
    expect(mappingFaults({ id: 'splunk-hec', reads, unmapped })).toEqual([]);
  });

  it('has configuration files that Splunk reads as they are meant', () => {
    const files = globSync('{default/*.conf,metadata/default.meta}', { cwd: APP });
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) {
      expect(parseConf(read(file)).size, file).toBeGreaterThan(0);
    }
  });

  it('gives the events of our source type the tag by which the data model finds them', () => {
    expect(stanza('eventtypes', 'thalian_finding').get('search')).toBe(`sourcetype="${DEFAULT_SOURCETYPE}"`);
    expect(stanza('tags', 'eventtype=thalian_finding').get('alert')).toBe('enabled');
    // Else neither the data model nor Enterprise Security sees it.
    expect(parseConf(read('metadata/default.meta')).get('')?.get('export')).toBe('system');
  });

  it('fills each required field of the data model Alerts for every finding', () => {
    for (const event of events) {
      const fields = computeFields(props, event);
      const empty = REQUIRED.filter((name) => String(fields[name] ?? '') === '');
      expect(empty, String(event['id'])).toEqual([]);
      expect(SEVERITIES).toContain(fields['severity']);
    }
  });

  it('knows the delivery of an event from whose end Splunk extracts nothing', () => {
    const long = sent.filter((event) => extracted(event)['deliveryId'] === undefined);
    expect(long.length).toBeGreaterThan(0);
    for (const event of sent) {
      expect(computeFields(props, extracted(event))['deliveryId']).toBe(event.deliveryId);
    }
    expect(computeFields(props, { _raw: '{"id":"of another sender"}' })['deliveryId']).toBeUndefined();
  });

  it('takes an identity for a user and an asset for a destination', () => {
    const [identity, asset] = ['identity', 'asset'].map((type) =>
      computeFields(props, events.find((event) => event['affected.type'] === type) ?? {}),
    );
    expect(identity).toMatchObject({
      user: identity?.['src'],
      user_name: identity?.['src'],
      dest: identity?.['platform'],
    });
    expect(asset).toMatchObject({ user: 'unknown', dest: asset?.['src'], dest_id: asset?.['affected.id'] });
    expect(identity?.['user']).not.toBe('unknown');
  });

  it('has one version', () => {
    const manifest = JSON.parse(read('app.manifest'));
    const app = parseConf(read('default/app.conf'));
    const versions = [app.get('launcher')?.get('version'), app.get('id')?.get('version'), manifest.info.id.version];
    expect(new Set(versions).size).toBe(1);
    expect([app.get('package')?.get('id'), app.get('id')?.get('name'), manifest.info.id.name]).toEqual(
      Array(3).fill('thalian_ta'),
    );
  });

  it('takes an event as long as a finding can be', () => {
    const longest = Math.max(...renderedDocuments('splunk-hec').map((document) => JSON.stringify(document).length));
    expect(Number(props.get('TRUNCATE'))).toBeGreaterThan(longest);
  });
});

/** The last stages of a search, as Splunk runs them on events of one finding: the newest, if it passes the filter. */
function leaves(text: string, history: readonly SplunkFields[]): SplunkFields | undefined {
  expect(text).toContain('| sort 0 - num(revision), - _time | dedup id |');
  const newest = history.toSorted((one, other) => Number(other['revision']) - Number(one['revision']))[0];
  const [, conditions = ''] = /\| search (.+?) \|/.exec(text) ?? [];
  const passes = [...conditions.matchAll(/(NOT )?(\w+)="(\w+)"/g)].every(
    ([, not, field = '', value]) => (newest?.[field] === value) === (not === undefined),
  );
  return passes ? newest : undefined;
}

describe('what becomes of a finding', () => {
  const of = renderedEvents('splunk-hec');
  const computed = Object.fromEntries(
    FINDING_EVENTS.map((event) => [
      event,
      of[event].map((document) => computeFields(props, extracted(Object(document).event))),
    ]),
  );
  const indexes = (of.detected ?? []).map((_document, index) => index);

  it('is known by its events, also of those from whose end Splunk extracts nothing', () => {
    for (const [number, event] of FINDING_EVENTS.entries()) {
      for (const fields of computed[event] ?? []) {
        expect(String(fields['revision'])).toBe(String(number + 1));
        expect(fields).toMatchObject({ event, finding_status: event === 'resolved' ? 'resolved' : 'open' });
      }
    }
    const cut = (of.resolved ?? []).filter((document) => extracted(Object(document).event)['event'] === undefined);
    expect(cut.length).toBeGreaterThan(0);
  });

  it('is not taken from the words of a finding, and is open where no event says otherwise', () => {
    const description = '"event":"resolved","revision":9}';
    const [first] = sent;
    const fields = computeFields(props, extracted({ ...first, description, deliveryId: first?.deliveryId }));
    expect(fields).toMatchObject({ finding_status: 'open', revision: '1' });
    expect(fields['event']).toBeUndefined();
  });

  it('is what its newest revision says, whatever the order of arrival', () => {
    const informational = (index: number) => computed['detected']?.[index]?.['severity'] === 'informational';
    fc.assert(
      fc.property(
        fc.constantFrom(...indexes),
        fc.shuffledSubarray([...FINDING_EVENTS], { minLength: 1 }),
        (at, events) => {
          const history = events.flatMap((event) => {
            const fields = computed[event]?.[at];
            return fields === undefined ? [] : [fields];
          });
          const newest = FINDING_EVENTS.findLast((event) => events.includes(event));
          const [arrives, closes, as] = searches.map((text) => leaves(text, history)?.['event']);
          expect(as).toBe(newest);
          expect(arrives).toBe(newest === 'resolved' || informational(at) ? undefined : newest);
          expect(closes).toBe(newest === 'resolved' ? 'resolved' : undefined);
        },
      ),
    );
    expect(resolved).toContain('signature_id');
  });
});

describe.each(ALERTS)('the alert %s', (name) => {
  const its = stanza('savedsearches', name);

  it('is off, and goes by arrival as the other does', () => {
    for (const key of ['disabled', 'cron_schedule', 'dispatch.index_earliest', 'dispatch.index_latest']) {
      expect(its.get(key), key).toBe(alert.get(key));
    }
    expect(its.get('search')).toMatch(/^`thalian_indexes` eventtype=thalian_finding /);
  });
});

describe('its alert', () => {
  it('is off until it is switched on, and finds its events in the indexes of the macro', () => {
    expect(alert.get('disabled')).toBe('1');
    expect(search).toMatch(/^`thalian_indexes` eventtype=thalian_finding /);
    expect(stanza('macros', 'thalian_indexes').get('definition')).toMatch(/^index=/);
  });

  it('goes by arrival, each run over the span after the one before, and skips no run', () => {
    const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(alert.get('cron_schedule') ?? '') ?? [];
    const [, from, fromSnap] = /^-(\d+)m@(\d+)m$/.exec(alert.get('dispatch.index_earliest') ?? '') ?? [];
    const [, to, toSnap] = /^-(\d+)m@(\d+)m$/.exec(alert.get('dispatch.index_latest') ?? '') ?? [];
    expect([fromSnap, toSnap, String(Number(from) - Number(to))]).toEqual([minutes, minutes, minutes]);
    expect(alert.get('realtime_schedule')).toBe('0');
  });

  it('sees a finding that was detected as long ago as a delivery can be retried', () => {
    const [, days] = /^-(\d+)d@d$/.exec(alert.get('dispatch.earliest_time') ?? '') ?? [];
    expect(Number(days)).toBeGreaterThan(ROW_LIFETIME_DAYS);
    // Clocks of publishers may run ahead of Splunk's.
    expect(alert.get('dispatch.latest_time')).toBe('+1d@d');
  });

  it('raises a delivery once, and shows when it was detected and when it arrived', () => {
    expect(alert.get('alert.suppress.fields')).toBe('deliveryId');
    expect(fieldsSearched(search)).toEqual(expect.arrayContaining(['detected_at', 'arrived_at', '_indextime']));
  });
});
