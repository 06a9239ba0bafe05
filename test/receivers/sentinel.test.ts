/**
 * The pack for Microsoft Sentinel: its columns are the fields that are sent, its queries are right by Microsoft's own language
 * service, and its rule goes by arrival and keeps the limits of alerts. That the files are current is in `packs.test.ts`.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type {
  AnalyticsRule,
  CollectionRule,
  RoleAssignment,
  SavedFunction,
  Table,
} from '../../receivers/sentinel/arm.ts';
import { COLLECTION } from '../../receivers/sentinel/collection.ts';
import { STREAM_COLUMNS, TABLE, TABLE_COLUMNS, TRANSFORMATION } from '../../receivers/sentinel/columns.ts';
import { DETECTION, RULE_QUERY, STATE_QUERY } from '../../receivers/sentinel/detection.ts';
import { DEFAULT_STREAM } from '../../shared/destinations/sentinel/sentinel.ts';
import { FINDING_BOUNDS } from '../../shared/finding/finding.ts';
import { analyseKusto } from './kusto.ts';
import { mappingFaults, renderedDocuments, renderedEvents } from './pack-fields.ts';

const page = readFileSync(new URL('../../receivers/sentinel/README.md', import.meta.url), 'utf8');
const [, toClose = ''] = /```kusto\n(SecurityIncident\n[\s\S]*?)```/.exec(page) ?? [];

/** The tables of Sentinel itself, as far as the page reads them. */
const SENTINELS_OWN = {
  SecurityIncident: 'LastModifiedTime: datetime, IncidentNumber: int, Status: string, Title: string, AlertIds: dynamic',
  SecurityAlert: 'SystemAlertId: string, ExtendedProperties: string',
};

/** Azure's own, which a table may not declare. */
const RESERVED = ['_ResourceId', 'id', '_SubscriptionId', 'TenantId', 'Type', 'UniqueId', 'Title'];

/** Of the Alert schema of ASIM, version 0.1. */
const ASIM_MANDATORY: Readonly<Record<string, string>> = {
  EventCount: 'int',
  EventStartTime: 'datetime',
  EventEndTime: 'datetime',
  EventType: 'string',
  EventUid: 'string',
  EventProduct: 'string',
  EventVendor: 'string',
  EventSchema: 'string',
  EventSchemaVersion: 'string',
};

const [table, collectionRule, role] = COLLECTION.resources as [Table, CollectionRule, RoleAssignment];
const [rule, state, ...parsers] = DETECTION.resources as [AnalyticsRule, SavedFunction, ...SavedFunction[]];
const { properties } = rule;

const rowOf = (body: unknown) => (Array.isArray(body) ? body[0] : undefined);
const rows: readonly Readonly<Record<string, unknown>>[] = [
  ...renderedDocuments('sentinel', rowOf),
  ...Object.values(renderedEvents('sentinel', rowOf)).flat(),
].map(Object);

function schemaOf(columns: readonly { readonly name: string; readonly type: string }[]): string {
  return columns.map(({ name, type }) => `${name}: ${type.toLowerCase()}`).join(', ');
}

/** With its parameters at what they are if they are left out. */
function calledAlone({ properties: { functionParameters, query } }: SavedFunction): string {
  const lets = functionParameters.split(',').map((parameter) => parameter.replace(/^(\w+):\w+=/, 'let $1 = '));
  return `${lets.join(';\n')};\n${query}`;
}

const kusto = analyseKusto({
  tables: { [TABLE]: schemaOf(TABLE_COLUMNS), source: schemaOf(STREAM_COLUMNS), ...SENTINELS_OWN },
  queries: {
    rule: RULE_QUERY,
    ThalianFindings: state.properties.query,
    'which incidents are to be closed': `let ThalianFindings = ${state.properties.query.trimEnd()};\n${toClose}`,
    ...Object.fromEntries(parsers.map((parser) => [parser.properties.functionAlias, calledAlone(parser)])),
    transformation: TRANSFORMATION,
    wrong: `${TABLE} | where Titel == "" | where ago(5m)`,
  },
});

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'datetime':
      return typeof value === 'string' && new Date(value).toISOString() === value;
    case 'real':
      return typeof value === 'number';
    case 'long':
      return Number.isSafeInteger(value);
    case 'string':
      return typeof value === 'string';
    default:
      return typeof value === 'object';
  }
}

/** At most so many bytes, if `substring` cuts it to so many code points. */
const MAX_BYTES_PER_CHARACTER = 4;

function cutTo(column: string): number {
  const [, characters] = new RegExp(`${column} = substring\\(.*, 0, (\\d+)\\)`).exec(RULE_QUERY) ?? [];
  return MAX_BYTES_PER_CHARACTER * Number(characters);
}

describe('the collection of Sentinel', () => {
  it('declares the fields that the format renders, and leaves none unnoticed', () => {
    const reads = STREAM_COLUMNS.map(({ name }) => name);
    expect(mappingFaults({ id: 'sentinel', documentOf: rowOf, reads, unmapped: {} })).toEqual([]);
  });

  it('declares each with the type of its values, under a name that Azure allows', () => {
    for (const { name, type } of STREAM_COLUMNS) {
      expect(name).toMatch(/^[A-Za-z]\w{0,44}$/);
      expect(RESERVED).not.toContain(name);
      const values = rows.map((row) => row[name]).filter((value) => value !== undefined);
      expect(
        values.filter((value) => !isOfType(type, value)),
        name,
      ).toEqual([]);
      expect(values.length, name).toBeGreaterThan(0);
    }
  });

  it('sends the stream that the form takes by default to the table, through the transformation', () => {
    expect(Object.keys(collectionRule.properties.streamDeclarations)).toEqual([DEFAULT_STREAM]);
    expect(collectionRule.properties.dataFlows).toEqual([
      {
        streams: [DEFAULT_STREAM],
        destinations: collectionRule.properties.destinations.logAnalytics.map(({ name }) => name),
        transformKql: TRANSFORMATION,
        outputStream: `Custom-${table.properties.schema.name}`,
      },
    ]);
    expect(table.properties.schema.name).toMatch(/_CL$/);
    expect(table.name).toContain(`/${table.properties.schema.name}'`);
  });

  it('stores the columns that the transformation gives, the times of detection and arrival among them', () => {
    const stored = Object.fromEntries(
      table.properties.schema.columns.map(({ name, type }) => [name, type.toLowerCase()]),
    );
    expect(kusto['transformation']).toEqual({ objections: [], columns: stored });
    expect(stored).toMatchObject({ TimeGenerated: 'datetime', DetectedAt: 'datetime' });
  });

  it('lets nothing but the application write, and only by its rule', () => {
    expect(role.scope).toBe(`${collectionRule.type}/${collectionRule.name}`);
    expect(role.properties.principalId).toBe("[parameters('servicePrincipalObjectId')]");
    expect(COLLECTION.resources.filter(({ type }) => type === role.type)).toEqual([role]);
  });

  it('gives out what is pasted into the form', () => {
    expect(Object.keys(COLLECTION.outputs)).toEqual(['logsIngestionEndpoint', 'dataCollectionRule']);
  });
});

describe('the queries for Sentinel', () => {
  it.each([
    'rule',
    'ThalianFindings',
    'which incidents are to be closed',
    'ASimAlertEventThalian',
    'vimAlertEventThalian',
  ])('are right by the language service of Microsoft: %s', (name) => {
    expect(kusto[name]?.objections).toEqual([]);
  });

  it('would not be, if they named a column that is not there', () => {
    expect(kusto['wrong']?.objections.join()).toContain("'Titel'");
  });

  it('give the mandatory fields of the Alert schema of ASIM, whether they filter or not', () => {
    const [all, filtered] = parsers.map((parser) => kusto[parser.properties.functionAlias]?.columns);
    expect(all).toMatchObject(ASIM_MANDATORY);
    expect(filtered).toEqual(all);
  });
});

it('shows which incidents are to be closed by the key that alerts have', () => {
  expect(kusto['which incidents are to be closed']?.columns).toHaveProperty('IncidentNumber');
  const [, key = 'none'] = /(iff\(strlen\(FindingId\).*?hash_sha256\(FindingId\)\))/.exec(RULE_QUERY) ?? [];
  expect(toClose).toContain(key);
  expect(kusto['ThalianFindings']?.columns).toMatchObject({ IsOpen: 'bool', Revision: 'long', FindingEvent: 'string' });
});

describe('the rule of Sentinel', () => {
  const columns = Object.keys(kusto['rule']?.columns ?? {});

  it('names columns that its query has, within the limits of a rule', () => {
    const { alertDetailsOverride: override, customDetails, entityMappings } = properties;
    for (const format of [override.alertDisplayNameFormat, override.alertDescriptionFormat]) {
      const named = [...format.matchAll(/\{\{(\w+)\}\}/g)].map(([, column = '']) => column);
      expect(columns).toEqual(expect.arrayContaining(named));
      expect(named.length).toBeLessThanOrEqual(3);
    }
    expect(columns).toEqual(
      expect.arrayContaining([
        override.alertSeverityColumnName,
        ...override.alertDynamicProperties.map(({ value }) => value),
        ...Object.values(customDetails),
        ...entityMappings.flatMap(({ fieldMappings }) => fieldMappings.map(({ columnName }) => columnName)),
      ]),
    );
    expect(Object.keys(customDetails).length).toBeLessThanOrEqual(20);
    expect(Object.keys(customDetails).every((key) => key.length <= 20)).toBe(true);
    expect(entityMappings.length).toBeLessThanOrEqual(10);
    expect(Object.keys(customDetails)).toEqual(
      expect.arrayContaining([...properties.incidentConfiguration.groupingConfiguration.groupByCustomDetails]),
    );
  });

  it('takes the severity from words that every finding has', () => {
    expect(new Set(rows.map((row) => row[properties.alertDetailsOverride.alertSeverityColumnName]))).toEqual(
      new Set(['High', 'Medium', 'Low', 'Informational']),
    );
  });

  it('goes by arrival, over as long as lies between two runs', () => {
    const [, minutes] = /where ArrivedAt > ago\((\d+)m\)/.exec(RULE_QUERY) ?? [];
    expect(RULE_QUERY).toContain('ArrivedAt = ingestion_time()');
    expect(properties.queryFrequency).toBe(`PT${minutes}M`);
    // Else the period, which goes by TimeGenerated, would hide what was detected earlier.
    expect(TRANSFORMATION).toContain('TimeGenerated = now()');
    expect(properties.queryPeriod).toBe('PT1H');
  });

  it('raises of each finding the newest that is open, once a run, and joins what a finding became to its incident', () => {
    const newest = /\| order by FindingId asc, Revision desc, .*\n\| where FindingId != prev\(FindingId, 1, ""\)\n/;
    for (const query of [RULE_QUERY, STATE_QUERY]) {
      expect(query).toMatch(newest);
    }
    // What is resolved must be among the rows that the newest is chosen from: else an older row of it would alert.
    expect(RULE_QUERY.search(newest)).toBeLessThan(RULE_QUERY.indexOf('FindingEvent != "resolved"'));
    expect(RULE_QUERY.search(newest)).toBeLessThan(RULE_QUERY.indexOf('AlertSeverity != "Informational"'));
    expect(properties.eventGroupingSettings.aggregationKind).toBe('AlertPerResult');
    expect(properties.incidentConfiguration.groupingConfiguration.groupByCustomDetails).toEqual(['FindingKey']);
  });

  it('cuts what Azure would drop', () => {
    const [, whole] = /string_size\(FindingTitle\) <= (\d+), FindingTitle/.exec(RULE_QUERY) ?? [];
    const [, cut, cutBytes] =
      /string_size\(substring\(FindingTitle, 0, (\d+)\)\) <= (\d+), strcat\(substring\(FindingTitle, 0, \1\)/.exec(
        RULE_QUERY,
      ) ?? [];
    const [, least] = /\n +strcat\(substring\(FindingTitle, 0, (\d+)\), "…"\)\)/.exec(RULE_QUERY) ?? [];
    const ellipsis = Buffer.byteLength('…');
    for (const bytes of [
      Number(whole),
      Number(cutBytes) + ellipsis,
      MAX_BYTES_PER_CHARACTER * Number(least) + ellipsis,
    ]) {
      expect(bytes).toBeLessThanOrEqual(256);
    }
    expect(Number(cut)).toBeLessThan(FINDING_BOUNDS.titleCharacters);
    const [, link] = /string_size\(RemediationUrl\) <= (\d+)/.exec(RULE_QUERY) ?? [];
    const words = properties.alertDetailsOverride.alertDescriptionFormat.length;
    expect(cutTo('AlertText') + cutTo('RemediationText') + Number(link) + words).toBeLessThan(5_000);
    const [, key] = /strlen\(FindingId\) <= (\d+)/.exec(RULE_QUERY) ?? [];
    const others = FINDING_BOUNDS.platformCharacters + FINDING_BOUNDS.categoryCharacters;
    const datesAndWords = 200;
    expect(MAX_BYTES_PER_CHARACTER * (Number(key) + others) + datesAndWords).toBeLessThan(2_000);
  });
});
