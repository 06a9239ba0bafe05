/** The pack for Torq: the expressions read what arrives. Its sample event is written by `npm run docs`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDING_EVENTS } from '../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { fieldsInAll, mappingFaults, renderedDocuments } from './pack-fields.ts';

const PACK = new URL('../../receivers/torq/', import.meta.url);
const page = readFileSync(new URL('README.md', PACK), 'utf8');
const reads = new Set([...page.matchAll(/\{\{ \$\.event\.([\w.]+) \}\}/g)].map(([, path = '']) => path));

const unmapped: Readonly<Record<string, string>> = {
  'finding.category': 'in the sample event',
  'finding.affected.originalType': 'in the sample event',
  'finding.alsoAffected': 'in the sample event',
  'finding.platforms': 'in the sample event',
  'finding.attributes': 'in the sample event',
};

describe('the pack for Torq', () => {
  it('names fields that the format renders, and leaves none unnoticed', () => {
    expect(mappingFaults({ id: 'torq', reads, unmapped })).toEqual([]);
  });

  it('says of every field that may be absent that it may', () => {
    const always = fieldsInAll(renderedDocuments('torq'));
    for (const row of page.matchAll(/^ *\| (.*?) \| (.*) \|$/gm)) {
      const [, expressions = '', meaning = ''] = row;
      const paths = [...expressions.matchAll(/\$\.event\.([\w.]+)/g)].map(([, path = '']) => path);
      const mayLack = paths.some((path) => !always.has(path));
      expect(meaning.includes('may be absent'), expressions).toBe(mayLack);
    }
  });

  it('has a branch for each severity', () => {
    expect(page).toContain(
      SEVERITY_LEVELS.slice(0, -1)
        .map((level) => `\`${level}\``)
        .join(', '),
    );
  });

  it('has a branch for each event', () => {
    for (const event of FINDING_EVENTS) {
      expect(page).toContain(`\`finding.${event}\``);
    }
  });
});
