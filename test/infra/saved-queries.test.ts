/** A query over fields that no line has finds nothing and looks like health. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS_OF } from '../../shared/topology/metrics.ts';
import { emittedBy } from './emitted-by.ts';
import { aStageWithMail, readable, synthesise, theResource } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';

/** Of Logs Insights itself. */
const BUILT_IN_FIELDS = ['@timestamp', '@log', '@logStream'];

/** Of Lambda's own JSON lines, when an invocation crashes or is cut off (Lambda developer guide, "JSON log formats"). */
const PLATFORM_FIELDS = ['level', 'record.status', 'message.errorType', 'message.errorMessage'];

const FUNCTIONS = [...Object.keys(METRICS_OF), 'api'];

const WORDS = new Set(
  'fields filter stats sort limit by as and or not in like desc asc count count_distinct latest sum max pct bin ispresent'.split(
    ' ',
  ),
);

type Line = Readonly<Record<string, unknown>>;

describe('the saved queries', () => {
  const template = synthesise(aStageWithMail());
  const queries = Object.values(template.findResources('AWS::Logs::QueryDefinition')).map(
    ({ Properties: properties }) => ({
      name: String(properties?.Name).slice(`${PREFIX}runbook/`.length),
      text: String(properties?.QueryString),
      sources: properties?.LogGroupNames.map(
        (group: unknown) => readable(template, group).split(PREFIX)[1],
      ) as string[],
    }),
  );
  const linesOf = new Map<string, readonly Line[]>([
    ...FUNCTIONS.map((name) => [name, emittedBy(template, 'production', name).lines] as const),
    [
      'api-access',
      [JSON.parse(theResource(template, 'AWS::ApiGatewayV2::Stage')['Properties'].AccessLogSettings.Format)],
    ],
  ]);

  it('are those of infra/queries', () => {
    const files = readdirSync(new URL('../../infra/queries/', import.meta.url));
    expect(queries.map(({ name }) => `${name}.query`).sort()).toEqual(files.sort());
  });

  it.each(queries.map((query) => [query.name, query] as const))(
    '%s reads fields that the lines it looks through really have',
    (_name, query) => {
      const lines = query.sources.flatMap((name) => linesOf.get(name) ?? []);
      const known = new Set([...BUILT_IN_FIELDS, ...PLATFORM_FIELDS, ...lines.flatMap((line) => pathsIn(line))]);
      const fields = fieldsOf(query.text);
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.filter((field) => !known.has(field))).toEqual([]);
    },
  );

  it.each(queries.map((query) => [query.name, query] as const))(
    '%s looks for events that its functions really log',
    (_name, query) => {
      const logged = query.sources.flatMap((name) => (linesOf.get(name) ?? []).map(({ message }) => message));
      const [, listed = '', single] = /message (?:in \[([^\]]*)\]|= "([^"]*)")/.exec(query.text) ?? [];
      const events = single === undefined ? [...listed.matchAll(/"([^"]+)"/g)].map(([, event]) => event) : [single];
      expect(events.filter((event) => !logged.includes(event ?? ''))).toEqual([]);
    },
  );

  it('leave no event of returned items out', () => {
    const returned = queries.find(({ name }) => name === 'items-returned')?.text ?? '';
    const others = [
      'announcement.rejected',
      'delivery.attempted',
      'delivery.late',
      'delivery.poisoned',
      'event.set-aside',
      'finding.rejected',
      'finding.repaired',
      'notice.planned',
      'notice.unwritten',
      'reopen.refused',
      'webhook.disabled',
    ];
    const logged = ['dispatch', 'send'].flatMap((name) =>
      (linesOf.get(name) ?? []).map(({ message }) => String(message)),
    );
    expect(logged.filter((event) => !others.includes(event) && !returned.includes(`"${event}"`))).toEqual([]);
  });
});

/** As Logs Insights names the fields of a JSON line. */
function pathsIn(line: Line, path = ''): string[] {
  return Object.entries(line).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? pathsIn(value as Line, `${path}${name}.`) : [path + name],
  );
}

/** What is left of a query without texts, patterns, numbers, words of the language and names it gives itself. */
function fieldsOf(query: string): string[] {
  const bare = query.replaceAll(/"[^"]*"|\/[^/]+\/|\b\d+[mhd]?\b/g, ' ');
  const given = new Set([...bare.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const words = bare.match(/@?[A-Za-z_]+(?:\.[A-Za-z_]+)*/g) ?? [];
  return [...new Set(words)].filter((word) => !WORDS.has(word) && !given.has(word));
}
