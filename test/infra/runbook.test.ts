import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmsOf } from './alarm-metrics.ts';
import { A_SENDER, aProductionStage, synthesise } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
const PARTS = ['What it means', 'How to look', 'What to do', 'When to stop'];

const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const headings = [...page.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading = '']) => heading);

/** The articles below "Alarms", by their headings. */
const [, alarmsPart = ''] = /^## Alarms\n([\s\S]*?)^## /m.exec(page) ?? [];
const articles = new Map(
  alarmsPart
    .split(/^### /m)
    .slice(1)
    .map((article) => [article.slice(0, article.indexOf('\n')), article] as const),
);

const queriesOn = (text: string) =>
  new Map([...text.matchAll(/^`(\S+)`:\n```\n([\s\S]*?)\n```/gm)].map(([, name, query]) => [name, query]));

describe('the runbook', () => {
  // With every alarm that there is.
  const template = synthesise(aProductionStage({ gradualRelease: true, noticeMail: A_SENDER }));
  const alarms = alarmsOf(template);
  const articleOf = (description: string) => /docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1] ?? '';

  it('has an article for every alarm', () => {
    const missing = alarms.filter(({ AlarmDescription: description }) => !articles.has(articleOf(description)));
    expect(missing.map(({ AlarmName: name }) => name)).toEqual([]);
  });

  it('has an alarm for every article', () => {
    const linked = alarms.map(({ AlarmDescription: description }) => articleOf(description));
    expect([...articles.keys()].filter((heading) => !linked.includes(heading))).toEqual([]);
  });

  it('is found by an alarm’s name, which begins with its article', () => {
    for (const { AlarmName: name, AlarmDescription: description } of alarms) {
      expect(name.startsWith(`${PREFIX}${articleOf(description)}-`), name).toBe(true);
    }
  });

  it.each([...articles])(
    'says on %s what it means, how to look, what to do and when to stop, in this order',
    (_heading, article) => {
      const parts = [...article.matchAll(/^\*\*(.+?)\.\*\* \S/gm)].map(([, part]) => part);
      expect(parts).toEqual(PARTS);
    },
  );

  it.each([...articles])('shows on %s a query to look with', (_heading, article) => {
    expect(queriesOn(article).size).toBeGreaterThan(0);
  });

  it('shows exactly the queries that are deployed, letter for letter', () => {
    const deployed = Object.values(template.findResources('AWS::Logs::QueryDefinition'))
      .map(
        ({ Properties: { Name: name, QueryString: query } = {} }) =>
          [name.slice(`${PREFIX}runbook/`.length), query] as const,
      )
      .sort();
    expect(deployed.length).toBeGreaterThan(0);
    expect([...queriesOn(page)].sort()).toEqual(deployed);
  });

  it('links only to headings and files that exist', () => {
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => link.startsWith('#') && !anchors.includes(link.slice(1)));
    expect(dead).toEqual([]);
    for (const link of links.filter((link) => !link.startsWith('#'))) {
      expect(() => readFileSync(new URL(`../../docs/${link.split('#')[0]}`, import.meta.url)), link).not.toThrow();
    }
  });

  it('names no other dashboard and no other functions than the stack has', () => {
    const named = [...page.matchAll(/thalian-webhooks-(?:STAGE|\$STAGE)-([a-z]+)/g)].map(([, part]) => part);
    const existing = ['overview', 'functions', 'runbook', 'findings', 'reconcile', 'send'];
    expect([...new Set(named)].filter((part) => !existing.includes(part ?? ''))).toEqual([]);
  });
});
