/** What the publishers' page says of words, bands and bounds is what the repair does; the repair itself has its own tests. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDING_BOUNDS } from '../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { LEVEL_SYNONYMS, middleScore, SCORE_BANDS } from '../../shared/finding/severity-spelling.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { aFinding } from '../builders/finding.ts';

const page = readFileSync(new URL('../../docs/publishing-findings.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
const codesIn = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('the page for publishers', () => {
  it('names the source and the detail type that the rule looks for', () => {
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      `source \`${FINDING_SOURCE}\` and detail type \`${FINDING_DETAIL_TYPE}\``,
    );
  });

  it.each(SEVERITY_LEVELS)('says what is understood as %s, and which score it has without one', (level) => {
    const [, words, band, middle] =
      rows.find(([first, , third]) => first === `\`${level}\`` && third !== undefined) ?? [];
    expect(codesIn(words)).toEqual(LEVEL_SYNONYMS[level]);
    expect(band).toBe(SCORE_BANDS[level].join(' to '));
    expect(middle).toBe(String(middleScore(level)));
  });

  it('has a row for every field that is repaired, and for no other', () => {
    const { severity, affected, remediation, ...others } = SAMPLE_FINDING;
    const inside = Object.entries({ severity, affected, remediation }).flatMap(([name, value]) =>
      Object.keys(value).map((member) => `${name}.${member}`),
    );
    const fields = ['affected', 'remediation', ...Object.keys(others), ...inside, 'revision'];
    const [, section = ''] = /## What is repaired\n([\s\S]*?)\*\*Severity/.exec(page) ?? [];
    const named = [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => codesIn(cell));
    expect([...new Set(named)].sort()).toEqual(fields.sort());
  });

  it('names exactly what a finding is refused for', () => {
    const [, section = ''] = /## What is refused\n([\s\S]*?)\n## /.exec(page) ?? [];
    const named = [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, field]) => field);
    const parsed = parseFindingEvent('{"detail":{}}', Date.now());
    const reason = parsed.kind === 'rejected' ? parsed.reason : '';
    const refused = [...reason.matchAll(/detail\.(?:finding\.)?([\w.]+):/g)].map(([, field]) => field);
    expect(named).toEqual(refused);
  });

  it('has the greatest lengths of an id and of a link', () => {
    const words = (characters: number) => `${characters.toLocaleString('en')} characters`;
    expect(page).toContain(`more than ${words(FINDING_BOUNDS.idCharacters)}`);
    expect(page).toContain(`at most ${words(FINDING_BOUNDS.urlCharacters)}`);
  });

  it('has examples of types that are mapped as it says', () => {
    const typesIn = (target: string) =>
      rows
        .filter(([field, , to = '']) => field === '`affected.type`' && to.startsWith(`\`${target}\`, with`))
        .flatMap(([, words]) => codesIn(words));
    for (const target of ['identity', 'asset']) {
      expect(typesIn(target).length).toBeGreaterThan(2);
      for (const type of typesIn(target)) {
        const detail = { tenantId: 'acme', finding: { ...aFinding(), affected: { type, id: '1', name: 'Jo' } } };
        expect(parseFindingEvent(JSON.stringify({ detail }), Date.now())).toMatchObject({
          finding: { affected: { type: target, originalType: type.toLowerCase() } },
        });
      }
    }
  });
});
