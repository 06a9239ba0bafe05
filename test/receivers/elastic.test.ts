/**
 * The pack for Elastic: what it maps is what is sent, no text is too long for its field, and its rule goes by arrival. That
 * Elasticsearch takes the pack was tried by hand: see its page.
 */
import { globSync, readFileSync } from 'node:fs';
import { EcsFlat } from '@elastic/ecs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { ATTEMPTS_PER_CYCLE, MAX_JITTER } from '../../shared/delivery/retry-policy.ts';
import { DEFAULT_INDEX } from '../../shared/destinations/elastic/elastic.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { FINDING_EVENTS } from '../../shared/finding/lifecycle.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/topology/queues.ts';
import { PRODUCTION_RETRY } from '../../shared/topology/retry-policies.ts';
import { fieldsInAll, mappingFaults, renderedDocuments, renderedEvents } from './pack-fields.ts';

const PACK = new URL('../../receivers/elastic/', import.meta.url);

/** Elastic's own mappings for ECS leave a longer text out of the index. */
const DEFAULT_IGNORE_ABOVE = 1_024;
/** Lucene takes no longer term; a UTF-16 unit has up to three bytes in UTF-8. */
const MAX_TERM_BYTES = 32_766;

/** What the pipeline adds. */
const ARRIVAL = 'event.ingested';

interface SentDocument {
  readonly event: { readonly kind: string; readonly severity: number; readonly risk_score: number };
  readonly thalian: { readonly finding: Pick<Finding, 'severity'> };
}

interface FieldMapping {
  readonly type?: string;
  readonly ignore_above?: number;
  readonly properties?: Readonly<Record<string, FieldMapping>>;
}

const json = (file: string) => JSON.parse(readFileSync(new URL(file, PACK), 'utf8'));
const page = readFileSync(new URL('README.md', PACK), 'utf8');
const pipeline = json('arrival-pipeline.json');
const component = json('component-template.json');
const template = json('index-template.json');
const state = json('state-template.json');
const rules = readFileSync(new URL('detection-rule.ndjson', PACK), 'utf8').trimEnd().split('\n');
const rule = JSON.parse(rules[0] ?? '');

function mapped(of: FieldMapping, path = ''): readonly (readonly [string, FieldMapping])[] {
  return of.properties === undefined
    ? [[path, of]]
    : Object.entries(of.properties).flatMap(([name, inner]) => mapped(inner, path === '' ? name : `${path}.${name}`));
}

const mappings = new Map(mapped(component.template.mappings));

const fieldsOfRule: readonly string[] = [
  ...[...rule.query.matchAll(/([\w.]+) : /g)].map(([, field = '']) => field),
  ...[...rule.severity_mapping, ...rule.risk_score_mapping].map(({ field }) => field),
  rule.rule_name_override,
  ...rule.investigation_fields.field_names,
  ...[...rule.note.matchAll(/`([a-z@][\w.]*\.[\w.]+|@timestamp)`/g)].map(([, field = '']) => field),
];

const BY_ECS = "Elastic's mappings for ECS suit it";
const unmapped = Object.fromEntries(
  [
    'ecs.version',
    'event.category',
    'event.type',
    'event.provider',
    'event.module',
    'event.risk_score_norm',
    'message',
    'observer',
    'user.id',
    'host.id',
    'related',
    'thalian.finding.affected.type',
    'thalian.finding.affected.name',
    'thalian.finding.affected.originalType',
    'thalian.finding.alsoAffected',
    'thalian.finding.platforms',
    'thalian.finding.attributes',
  ].map((path) => [path, BY_ECS]),
);

const documents = renderedDocuments('elastic');
const sent = documents as readonly SentDocument[];

/** A keyword holds whole texts up to a length; a text field is made of words. */
function isSearchable(path: string, text: string): boolean {
  const { type = 'keyword', ignore_above: most = DEFAULT_IGNORE_ABOVE } = mappings.get(path) ?? {};
  return path === 'message' || type === 'match_only_text' || text.length <= most;
}

function textsIn(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') {
    return [[path, value]];
  }
  return Object.entries(Object(value)).flatMap(([name, inner]) =>
    textsIn(inner, Array.isArray(value) ? path : path === '' ? name : `${path}.${name}`),
  );
}

describe('the pack for Elastic', () => {
  it('reads fields that the format renders, and leaves none unnoticed', () => {
    const reads = new Set([...mappings.keys(), ...fieldsOfRule].filter((field) => field !== ARRIVAL));
    expect(mappingFaults({ id: 'elastic', reads, unmapped })).toEqual([]);
  });

  it('maps the fields of ECS to the types of ECS', () => {
    const ecs: Readonly<Record<string, { readonly type: string }>> = EcsFlat;
    for (const [path, { type }] of [...mappings].filter(([name]) => !name.startsWith('thalian.'))) {
      expect(type, path).toBe(ecs[path]?.type);
    }
  });

  it('leaves no text of any finding out of the index', () => {
    const texts = documents.flatMap((document) => textsIn(document));
    expect(texts.filter(([path, text]) => !isSearchable(path, text)).map(([path]) => path)).toEqual([]);
    expect(texts.some(([path, text]) => mappings.has(path) && text.length > DEFAULT_IGNORE_ABOVE)).toBe(true);
    for (const [path, { ignore_above: most = 0 }] of mappings) {
      expect(3 * most, path).toBeLessThan(MAX_TERM_BYTES);
    }
  });

  it('applies to the data stream that findings go to, before the templates of Elastic and of Fleet', () => {
    const patterns: readonly string[] = template.index_patterns;
    expect(patterns.map((pattern) => DEFAULT_INDEX.startsWith(pattern.slice(0, -1)))).toEqual([true]);
    expect(rule.index).toEqual([...patterns, ...state.index_patterns]);
    expect(template.data_stream).toEqual({});
    // Of Elastic's own 100, of Fleet's up to 200; 500 and more are for one customer's.
    expect(template.priority).toBeGreaterThan(200);
    expect(template.priority).toBeLessThan(500);
  });

  it('keeps the settings, mappings and pipelines that a stream for logs has, and adds its own last', () => {
    expect(template.composed_of).toEqual([
      'logs@mappings',
      'logs@settings',
      'logs@custom',
      'ecs@mappings',
      'thalian-finding',
    ]);
    // A final pipeline also runs for a request that names another.
    expect(Object.keys(template.template.settings)).toEqual(['index.final_pipeline']);
    expect(pipeline.processors).toEqual([
      { set: { description: expect.any(String), field: ARRIVAL, copy_from: '_ingest.timestamp' } },
    ]);
  });

  it('is installed under the names by which its parts find each other', () => {
    expect(page).toContain(`_ingest/pipeline/${template.template.settings['index.final_pipeline']}"`);
    expect(page).toContain(`_component_template/${template.composed_of.at(-1)}"`);
    expect(page).toContain(`_index_template/${state.index_patterns[0].replace('*', '')}"`);
    const files = globSync('*.{json,ndjson}', { cwd: PACK });
    expect(files).toHaveLength(5);
    for (const file of files) {
      expect(page).toMatch(new RegExp(`@${RegExp.escape(file)}\\b`));
    }
  });
});

describe('what becomes of a finding', () => {
  const of = renderedEvents('elastic');

  it('makes an alert of all but a resolution, and of no information', () => {
    for (const event of FINDING_EVENTS) {
      for (const document of of[event]) {
        const { event: ecs, thalian } = Object(document);
        const isAlert = event !== 'resolved' && thalian.finding.severity.level !== 'info';
        expect(ecs.kind).toBe(isAlert ? 'alert' : 'event');
        expect(ecs.action).toBe(`finding-${event}`);
      }
    }
  });

  it('has an index of its own for one document per finding, mapped and timed like the stream', () => {
    // A data stream takes no update; Elastic's template for logs would make one of a name that begins with logs-.
    expect(state).not.toHaveProperty('data_stream');
    expect(state.index_patterns[0]).not.toMatch(/^(logs|metrics|synthetics|profiling)-/);
    expect(page).toContain(`index \`${state.index_patterns[0].replace('*', '')}\``);
    expect(state.composed_of.at(-1)).toBe(template.composed_of.at(-1));
    expect(state.template.settings['index.final_pipeline']).toBe(template.template.settings['index.final_pipeline']);
  });
});

/** What Kibana demands of a rule of type query (elastic/detection-rules, its schema for 9.5), as far as the rule uses it. */
const RULE_SCHEMA = {
  type: 'object',
  required: [
    'rule_id',
    'type',
    'language',
    'name',
    'description',
    'author',
    'severity',
    'risk_score',
    'query',
    'index',
  ],
  additionalProperties: false,
  properties: {
    rule_id: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
    type: { const: 'query' },
    language: { const: 'kuery' },
    name: { type: 'string', minLength: 1 },
    description: { type: 'string', minLength: 1 },
    author: { type: 'array', items: { type: 'string' } },
    version: { type: 'integer', minimum: 1 },
    enabled: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    index: { type: 'array', minItems: 1, items: { type: 'string' } },
    query: { type: 'string', minLength: 1 },
    filters: { type: 'array' },
    interval: { type: 'string', pattern: '^\\d+[mshd]$' },
    from: { type: 'string', pattern: '^now-\\d+[mshd]$' },
    to: { const: 'now' },
    timestamp_override: { type: 'string' },
    timestamp_override_fallback_disabled: { type: 'boolean' },
    max_signals: { type: 'integer', minimum: 1, maximum: 1_000 },
    severity: { enum: ['low', 'medium', 'high', 'critical'] },
    severity_mapping: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'operator', 'value', 'severity'],
        additionalProperties: false,
        properties: {
          field: { type: 'string' },
          operator: { const: 'equals' },
          value: { type: 'string' },
          severity: { enum: ['low', 'medium', 'high', 'critical'] },
        },
      },
    },
    risk_score: { type: 'integer', minimum: 0, maximum: 100 },
    risk_score_mapping: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'operator', 'value'],
        additionalProperties: false,
        properties: { field: { type: 'string' }, operator: { const: 'equals' }, value: { const: '' } },
      },
    },
    rule_name_override: { type: 'string' },
    investigation_fields: {
      type: 'object',
      required: ['field_names'],
      additionalProperties: false,
      properties: { field_names: { type: 'array', minItems: 1, items: { type: 'string' } } },
    },
    note: { type: 'string' },
    setup: { type: 'string' },
    references: { type: 'array' },
    false_positives: { type: 'array' },
    threat: { type: 'array' },
    exceptions_list: { type: 'array' },
    actions: { type: 'array' },
  },
} as const;

describe('its rule', () => {
  it('is one, in the keys that Kibana imports', () => {
    expect(rules).toHaveLength(1);
    const validate = new Ajv({ allErrors: true }).compile(RULE_SCHEMA);
    validate(rule);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('selects each finding that is more than information, by fields that every finding has', () => {
    const common = fieldsInAll(documents);
    for (const [, field = '', value = ''] of rule.query.matchAll(/([\w.]+) : "([^"]+)"/g)) {
      expect(common).toContain(field);
      expect(['alert', 'thalian.finding']).toContain(value);
    }
    const kinds = new Map(sent.map(({ event, thalian }) => [thalian.finding.severity.level, event.kind]));
    expect(Object.fromEntries(kinds)).toEqual({
      critical: 'alert',
      high: 'alert',
      medium: 'alert',
      low: 'alert',
      info: 'event',
    });
  });

  it('gives an alert the level and the score of its finding', () => {
    const mapping: readonly { readonly value: string; readonly severity: string }[] = rule.severity_mapping;
    const bySeverity = new Map(mapping.map(({ value, severity }) => [value, severity]));
    for (const { event, thalian } of sent) {
      const { level, score } = thalian.finding.severity;
      expect(bySeverity.get(String(event.severity))).toBe(level === 'info' ? undefined : level);
      expect(event.risk_score).toBe(score);
    }
    expect(rule.severity_mapping[0].field).toBe('event.severity');
    expect(rule.risk_score_mapping[0].field).toBe('event.risk_score');
  });

  it('goes by arrival, and looks back longer than a retry cycle can take', () => {
    expect(rule.timestamp_override).toBe(ARRIVAL);
    const [, minutes] = /^now-(\d+)m$/.exec(rule.from) ?? [];
    const delays = Array.from(
      { length: ATTEMPTS_PER_CYCLE - 1 },
      (_, retry) => PRODUCTION_RETRY.baseSeconds * PRODUCTION_RETRY.factor ** retry * (1 + MAX_JITTER),
    );
    const cycleSeconds = delays.reduce((sum, seconds) => sum + seconds, ATTEMPTS_PER_CYCLE * FUNCTION_TIMEOUT_SECONDS);
    expect(60 * Number(minutes)).toBeGreaterThan(cycleSeconds);
    expect(page).toContain(`looks back ${minutes} minutes by arrival`);
  });
});
