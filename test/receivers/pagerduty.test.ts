/** The rules for PagerDuty: each finding matches one of them, by what is sent. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mappingFaults, renderedDocuments, renderedEvents } from './pack-fields.ts';

interface Rule {
  readonly label: string;
  readonly conditions: readonly { readonly expression: string }[];
  readonly actions: Readonly<Record<string, unknown>>;
}

const file = new URL('../../receivers/pagerduty/service-orchestration.json', import.meta.url);
const { sets, catch_all } = JSON.parse(readFileSync(file, 'utf8')).orchestration_path;
const rules: readonly Rule[] = sets[0].rules;

/** PagerDuty's names for parts of an event begin with `event.`; they are the members of `payload`. */
const CLAUSE = /^event\.(\w+) matches '([^']*)'$/;

const unmapped: Readonly<Record<string, string>> = {
  routing_key: 'the key of the integration',
  event_action: 'PagerDuty resolves by it, without a rule',
  dedup_key: 'PagerDuty joins events by it, without a rule',
  client: 'shown at the alert',
  client_url: 'shown at the alert',
  links: 'shown at the alert',
  'payload.summary': 'the title of the alert',
  'payload.source': 'shown at the alert',
  'payload.timestamp': 'shown at the alert',
  'payload.component': 'shown at the alert',
  'payload.custom_details': 'shown at the alert',
};

function clausesOf({ conditions }: Rule): readonly (readonly [field: string, value: string])[] {
  return conditions.flatMap(({ expression }) =>
    expression.split(' and ').map((clause) => {
      const [, field, value] = CLAUSE.exec(clause) ?? [];
      if (field === undefined || value === undefined) {
        throw new Error(`not a clause that this test can read: ${clause}`);
      }
      return [field, value] as const;
    }),
  );
}

function matches(rule: Rule, payload: Readonly<Record<string, unknown>>): boolean {
  return clausesOf(rule).every(([field, value]) => payload[field] === value);
}

describe('the rules for PagerDuty', () => {
  it('read fields that the format renders, and leave none unnoticed', () => {
    const reads = new Set(rules.flatMap(clausesOf).map(([field]) => `payload.${field}`));
    expect(mappingFaults({ id: 'pagerduty', reads, unmapped })).toEqual([]);
  });

  it('have one for each finding', () => {
    const events = renderedDocuments('pagerduty').map((document) => Object(document).payload);
    const matched = events.map((payload) => rules.filter((rule) => matches(rule, payload)));
    expect(matched.filter(({ length }) => length !== 1)).toEqual([]);
    expect(new Set(matched.flat())).toEqual(new Set(rules));
  });

  it('leave a resolution to the key that the detection had', () => {
    const of = renderedEvents('pagerduty');
    const keys = (documents: readonly unknown[]) => documents.map((document) => Object(document).dedup_key);
    const actions = (documents: readonly unknown[]) =>
      new Set(documents.map((document) => Object(document).event_action));
    expect(keys(of.resolved)).toEqual(keys(of.detected));
    expect(actions(of.resolved)).toEqual(new Set(['resolve']));
    for (const event of ['detected', 'updated', 'reopened'] as const) {
      expect(actions(of[event])).toEqual(new Set(['trigger']));
    }
  });

  it('leave events of other sources alone', () => {
    for (const severity of ['critical', 'error', 'warning', 'info']) {
      expect(rules.filter((rule) => matches(rule, { severity, class: 'ping' }))).toEqual([]);
    }
    expect(catch_all).toEqual({ actions: {} });
  });

  it('suppress nothing but the lowest', () => {
    const suppressing = rules.filter(({ actions }) => actions['suppress'] === true);
    expect(suppressing.flatMap(clausesOf)).toContainEqual(['severity', 'info']);
    expect(suppressing).toHaveLength(1);
    expect(rules.some(({ actions }) => 'drop_event' in actions)).toBe(false);
  });
});
