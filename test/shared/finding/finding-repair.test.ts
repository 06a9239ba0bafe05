import { describe, expect, it } from 'vitest';
import { repairFinding } from '../../../shared/finding/finding-repair.ts';
import { aFinding } from '../../builders/finding.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const PUBLISHED = Date.parse('2026-11-23T10:00:01Z');

function repaired(written: unknown) {
  const result = repairFinding(written, { now: NOW, published: PUBLISHED });
  if (result.kind === 'refused') {
    throw new Error(JSON.stringify(result.lacks));
  }
  const { finding, repairs } = result;
  return { finding, repairs: repairs.map(({ field, kind }) => `${field} ${kind}`) };
}

/** The example with some fields written in another way; an undefined one is left out, as in JSON. */
function written(fields: object): unknown {
  return JSON.parse(JSON.stringify({ ...aFinding(), ...fields }));
}

const { affected, remediation, severity } = aFinding();
const unknownAsset = { type: 'asset', id: 'unknown', name: '' };

it('leaves a finding alone that is as the contract asks', () => {
  expect(repaired(aFinding())).toEqual({ finding: aFinding(), repairs: [] });
});

describe('an id', () => {
  it.each([
    ['a number', 7, '7', 'id respelled'],
    ['too long', 'x'.repeat(3_000), expect.stringMatching(/^x{1983}~[0-9a-f]{64}$/), 'id cut'],
    ['half a character', 'x\ud83d', expect.stringMatching(/^x\ufffd~[0-9a-f]{64}$/), 'id unicode'],
  ])('that is %s is repaired', (_what, id, expected, repair) => {
    expect(repaired({ ...aFinding(), id })).toEqual({ finding: aFinding({ id: expected }), repairs: [repair] });
  });
});

describe('a title', () => {
  it.each([
    ['too long', 'x'.repeat(513), `${'x'.repeat(511)}…`, 'title cut'],
    ['cut in the middle of an emoji', 'Fire \ud83d', 'Fire \ufffd', 'title unicode'],
    ['a number', 404, '404', 'title respelled'],
  ])('that is %s is repaired', (_what, title, expected, repair) => {
    expect(repaired({ ...aFinding(), title })).toEqual({ finding: aFinding({ title: expected }), repairs: [repair] });
  });
});

describe('a severity', () => {
  it.each([
    ['in capitals', { level: 'HIGH', score: 82 }, severity, ['severity.level respelled']],
    ['in another word', { level: 'Moderate', score: 50 }, { level: 'medium', score: 50 }, ['severity.level respelled']],
    ['with a score as text', { level: 'high', score: '82' }, severity, ['severity.score respelled']],
    ['without a score', { level: 'high' }, { level: 'high', score: 80 }, ['severity.score filled-in']],
    ['with no score', { level: 'low', score: null }, { level: 'low', score: 30 }, ['severity.score filled-in']],
    ['out of range', { level: 'low', score: 850 }, { level: 'low', score: 30 }, ['severity.score filled-in']],
    ['with a CVSS score', { level: 'critical', score: 9.8 }, { level: 'critical', score: 9.8 }, []],
    [
      'that is only a word',
      'Informational',
      { level: 'info', score: 10 },
      ['severity.level respelled', 'severity.score filled-in'],
    ],
  ])('%s is repaired', (_what, given, expected, repairs) => {
    expect(repaired(written({ severity: given }))).toEqual({
      finding: { ...aFinding(), severity: expected },
      repairs,
    });
  });
});

describe('what is affected', () => {
  it.each([
    ['without a name', { ...affected, name: undefined }, { ...affected, name: '00u1x' }, ['name filled-in']],
    ['without an id', { ...affected, id: '' }, { ...affected, id: affected.name }, ['id filled-in']],
    ['that is not there', undefined, unknownAsset, ['id filled-in', 'name filled-in', 'type filled-in']],
    [
      'that is only an id',
      'i-0abc',
      { type: 'asset', id: 'i-0abc', name: 'i-0abc' },
      [' respelled', 'name filled-in', 'type filled-in'],
    ],
    ['in a list of one', [affected], affected, [' respelled']],
    ['in a list of several', [affected, affected], affected, [' dropped']],
    ['in an empty list', [], unknownAsset, [' dropped', 'id filled-in', 'name filled-in', 'type filled-in']],
    ['with a type in capitals', { ...affected, type: 'Identity' }, affected, ['type respelled']],
    [
      'that is a user',
      { type: 'User', id: '1', name: 'Jo' },
      { type: 'identity', originalType: 'user', id: '1', name: 'Jo' },
      ['type respelled'],
    ],
    ...['device', 'application', 'resource', 'robot'].map((word): [string, object, object, string[]] => [
      `that is a ${word}`,
      { type: word, id: '1', name: 'Jo' },
      { type: 'asset', originalType: word, id: '1', name: 'Jo' },
      ['type respelled'],
    ]),
    [
      'with a type of 100 characters',
      { type: 'x'.repeat(100), id: '1', name: 'Jo' },
      { type: 'asset', originalType: `${'x'.repeat(63)}…`, id: '1', name: 'Jo' },
      ['type respelled'],
    ],
    [
      'with a word of its own that is no text',
      { ...affected, originalType: {} },
      { type: 'identity', id: affected.id, name: affected.name },
      ['originalType dropped'],
    ],
  ])('%s is repaired', (_what, given, expected, repairs) => {
    const outcome = repaired(written({ affected: given }));
    expect(outcome.finding.affected).toEqual(expected);
    expect(outcome.repairs).toEqual(
      repairs.map((repair) => (repair.startsWith(' ') ? `affected${repair}` : `affected.${repair}`)),
    );
  });

  it('keeps its identity though its id is too long', () => {
    const [one, other] = ['1', '2'].map(
      (end) => repaired(written({ affected: { ...affected, id: 'x'.repeat(3_000) + end } })).finding.affected.id,
    );
    expect(one).not.toBe(other);
  });
});

describe('a platform', () => {
  it.each([
    ['missing', undefined, 'unknown', 'platform filled-in'],
    ['null', null, 'unknown', 'platform filled-in'],
    ['empty', '', 'unknown', 'platform filled-in'],
    ['too long', 'x'.repeat(129), `${'x'.repeat(127)}…`, 'platform cut'],
  ])('that is %s is repaired', (_what, platform, expected, repair) => {
    expect(repaired(written({ platform }))).toEqual({ finding: aFinding({ platform: expected }), repairs: [repair] });
  });
});

describe('a time of detection', () => {
  it.each([
    ['2026-11-23t10:00:00z', '2026-11-23T10:00:00.000Z', 'respelled'],
    ['2026-11-23 12:00:00+0200', '2026-11-23T10:00:00.000Z', 'respelled'],
    [1_795_428_000_000, '2026-11-23T10:00:00.000Z', 'respelled'],
    [`2026-11-23T10:00:00.${'0'.repeat(90)}Z`, '2026-11-23T10:00:00.000Z', 'respelled'],
    ['0001-01-01T00:00:00Z', '2026-11-23T10:00:01.000Z', 'filled-in'],
    ['2026-11-26T00:00:00Z', '2026-11-23T10:00:01.000Z', 'filled-in'],
    ['yesterday', '2026-11-23T10:00:01.000Z', 'filled-in'],
    [undefined, '2026-11-23T10:00:01.000Z', 'filled-in'],
  ])('written %j is %s', (detectedAt, expected, kind) => {
    const outcome = repaired(written({ detectedAt }));
    expect(outcome).toEqual({ finding: aFinding({ detectedAt: expected }), repairs: [`detectedAt ${kind}`] });
  });
});

describe('a remediation', () => {
  const { summary } = remediation;
  it.each([
    ['that is not there', undefined, { summary: '' }, [' filled-in']],
    ['that is only a text', 'Look.', { summary: 'Look.' }, [' respelled']],
    ['that is a list', ['Look.'], { summary: '' }, [' dropped']],
    ['without a summary', { url: remediation.url }, { summary: '', url: remediation.url }, ['.summary filled-in']],
    ['with a summary that is no text', { summary: 7 }, { summary: '' }, ['.summary dropped']],
    ['too long', { summary: 'x'.repeat(4_400) }, { summary: `${'x'.repeat(3_999)}…` }, ['.summary cut']],
    ['with half a character', { summary: 'a\ud83d' }, { summary: 'a\ufffd' }, ['.summary unicode']],
  ])('%s is repaired', (_what, given, expected, repairs) => {
    const outcome = repaired({ ...aFinding(), remediation: given });
    expect(outcome.finding.remediation).toEqual(expected);
    expect(outcome.repairs).toEqual(repairs.map((repair) => `remediation${repair}`));
  });

  const GUIDE = 'https://docs.example/a';
  it.each([
    ['HTTPS://docs.example/a', { summary, url: GUIDE }, 'respelled'],
    [' https://docs.example/a\u00a0', { summary, url: GUIDE }, 'respelled'],
    [null, { summary }, 'dropped'],
    ['', { summary }, 'dropped'],
    [[GUIDE], { summary }, 'dropped'],
    ['javascript:alert(1)', { summary }, 'dropped'],
    ['ftp://docs.example/a', { summary }, 'dropped'],
    ['mailto:soc@acme.example', { summary }, 'dropped'],
    ['https://docs.example/a https://docs.example/b', { summary }, 'dropped'],
    ['http://host%20/', { summary }, 'dropped'],
    ['https://docs.example/\ud83d', { summary }, 'dropped'],
    [`${GUIDE}${'x'.repeat(2_100)}`, { summary }, 'dropped'],
    ['---', { summary }, 'dropped'],
    ['portal.azure.com/#blade/Vm', { summary: `${summary}\nportal.azure.com/#blade/Vm` }, 'moved'],
    ['localhost:8080/guide', { summary: `${summary}\nlocalhost:8080/guide` }, 'moved'],
    ['aws iam delete-user --user-name jo', { summary: `${summary}\naws iam delete-user --user-name jo` }, 'moved'],
    [`[Guide](${GUIDE})`, { summary: `${summary}\n[Guide](${GUIDE})` }, 'moved'],
    ['Note: ask first', { summary: `${summary}\nNote: ask first` }, 'moved'],
  ])('with the link %j is repaired', (url, expected, kind) => {
    const outcome = repaired({ ...aFinding(), remediation: { summary, url } });
    expect(outcome.finding.remediation).toEqual(expected);
    expect(outcome.repairs).toEqual([`remediation.url ${kind}`]);
  });

  it('takes a text in the place of its link for its summary, if it has no other', () => {
    const { finding } = repaired({ ...aFinding(), remediation: { summary: '', url: 'see the wiki' } });
    expect(finding.remediation).toEqual({ summary: 'see the wiki' });
  });
});

describe('a finding without what it needs', () => {
  it('is refused, with all that it lacks', () => {
    expect(repairFinding([], { now: NOW, published: PUBLISHED })).toEqual({
      kind: 'refused',
      lacks: [
        { field: 'id', must: 'must be a text that is not empty' },
        { field: 'title', must: 'must be a text that is not empty' },
        { field: 'severity.level', must: 'must be one of critical, high, medium, low, info' },
      ],
    });
  });

  it.each([
    ['an empty id', { id: '' }, 'id'],
    ['an id that is no text', { id: {} }, 'id'],
    ['no title', { title: undefined }, 'title'],
    ['a title that is no text', { title: true }, 'title'],
    ['an unknown level', { severity: { level: 'urgent', score: 99 } }, 'severity.level'],
    ['a score without a level', { severity: { score: 99 } }, 'severity.level'],
    ['a number for a severity', { severity: 5 }, 'severity.level'],
  ])('is refused: %s', (_what, fields, lack) => {
    const result = repairFinding(written(fields), { now: NOW, published: PUBLISHED });
    expect(result).toMatchObject({ kind: 'refused', lacks: [{ field: lack }] });
  });
});
