/** The published JSON Schema of the finding event: current, and of one mind with the parser. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { generateDocs } from '../../scripts/generated/generated-docs.ts';
import { findingDetailSchema } from '../../shared/finding/finding-event.schema.ts';
import { aFinding } from '../builders/finding.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const published = readFileSync(new URL('finding-event.schema.json', DOCS), 'utf8');

const ajv = new Ajv2020({ strict: true });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(published));

function detail(finding: object = {}, rest: object = {}) {
  return { tenantId: 'acme', finding: { ...aFinding(), ...finding }, ...rest };
}

function withUrl(url: unknown) {
  return detail({ remediation: { summary: 'Look.', url } });
}

function withScore(score: unknown) {
  return detail({ severity: { level: 'low', score } });
}

describe('the schema in docs/', () => {
  it('is what the parser is made of', () => {
    const generated = generateDocs(new URL('../', DOCS)).find(({ path }) => path === 'docs/finding-event.schema.json');
    expect(published, 'run "npm run docs"').toBe(generated?.wanted);
  });

  it('says that it is draft 2020-12, what it is called and what it describes', () => {
    expect(JSON.parse(published)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:thalian:webhooks:finding-event',
      title: 'Finding Detected',
      description: expect.stringContaining('thalian.findings'),
    });
  });

  it.each([
    ['the example', detail()],
    ['unknown fields', detail({ confidence: 0.9, affected: { ...aFinding().affected, os: 'x' } }, { extra: 1 })],
    ['512 characters outside the basic plane', detail({ title: '🔑'.repeat(512) })],
    ['an empty name', detail({ affected: { type: 'asset', id: 'i', name: '' } })],
    ['an empty summary and no link', detail({ remediation: { summary: '' } })],
    ['a summary of 4,000 characters', detail({ remediation: { summary: 'x'.repeat(4_000) } })],
    ['control characters', detail({ title: 'tab\tand\u0000nul' })],
    ['an id of 2,048 characters', detail({ id: '🔑'.repeat(2_048) })],
    ['a score of 0', withScore(0)],
    ['a score with a fraction', withScore(12.5)],
    ['an offset', detail({ detectedAt: '2026-11-23T12:00:00.120+02:00' })],
    ['no fraction of a second', detail({ detectedAt: '2026-11-23T12:00:00Z' })],
    ['the 29th of February of a leap year', detail({ detectedAt: '2028-02-29T00:00:00Z' })],
    ['a plain http link', withUrl('http://docs.example/a?b=c#d')],
    ['a tenant of 64 characters', detail({}, { tenantId: 'a'.repeat(64) })],
  ])('and the parser accept %s', (_what, value) => {
    expect(findingDetailSchema.safeParse(value).error).toBeUndefined();
    expect(validate(value), ajv.errorsText(validate.errors)).toBe(true);
  });

  it.each([
    ['nothing', null],
    ['an array', []],
    ['no finding', { tenantId: 'acme' }],
    ['no tenant', { finding: aFinding() }],
    ['a tenant with a key separator', detail({}, { tenantId: 'a#b' })],
    ['a tenant of 65 characters', detail({}, { tenantId: 'a'.repeat(65) })],
    ['an empty tenant', detail({}, { tenantId: '' })],
    ['an empty title', detail({ title: '' })],
    ['a title of 513 characters', detail({ title: '🔑'.repeat(513) })],
    ['a number for a title', detail({ title: 7 })],
    ['null for a platform', detail({ platform: null })],
    ['an id of 2,049 characters', detail({ id: 'x'.repeat(2_049) })],
    ['a summary of 4,001 characters', detail({ remediation: { summary: 'x'.repeat(4_001) } })],
    ['an unknown level', detail({ severity: { level: 'urgent', score: 1 } })],
    ['a score as text', withScore('1')],
    ['a score of 100.1', withScore(100.1)],
    ['a score below 0', withScore(-1)],
    ['an affected robot', detail({ affected: { type: 'robot', id: 'r', name: 'r' } })],
    ['a date without time', detail({ detectedAt: '2026-11-23' })],
    ['a local time', detail({ detectedAt: '2026-11-23T10:00:00' })],
    ['the 30th of February', detail({ detectedAt: '2026-02-30T10:00:00Z' })],
    ['the 29th of February of another year', detail({ detectedAt: '2026-02-29T10:00:00Z' })],
    ['a link that is a script', withUrl('javascript:alert(1)')],
    ['a link by FTP', withUrl('ftp://docs.example/a')],
    ['a link that is no URL', withUrl('docs')],
    ['null for a link', withUrl(null)],
    ['a link of 2,049 characters', withUrl(`https://docs.example/${'x'.repeat(2_028)}`)],
    ['no remediation', detail({ remediation: undefined })],
  ])('and the parser refuse %s', (_what, value) => {
    // As it travels: JSON knows no undefined.
    const sent: unknown = JSON.parse(JSON.stringify(value));
    expect(findingDetailSchema.safeParse(sent).success).toBe(false);
    expect(validate(sent)).toBe(false);
  });
});
