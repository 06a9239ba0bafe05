import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/finding/finding.ts';
import { repairFinding } from '../../../shared/finding/finding-repair.ts';
import { aFinding, aPlainFinding } from '../../builders/finding.ts';
import { inTime } from '../../in-time.ts';

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

const { affected, alsoAffected = [], remediation, severity } = aFinding();
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
    ['a list', ['One', 'Two'], 'One, Two', 'title respelled'],
    ['a list with more than texts', ['One', {}, ''], 'One', 'title dropped'],
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
    ['in an empty list', [], unknownAsset, [' respelled', 'id filled-in', 'name filled-in', 'type filled-in']],
    ['with a type in capitals', { ...affected, type: 'Identity' }, affected, ['type respelled']],
    [
      'that is a user',
      { type: 'User', id: '1', name: 'Jo' },
      { type: 'identity', originalType: 'user', id: '1', name: 'Jo' },
      ['type respelled'],
    ],
    ...['service_account', 'AWS::IAM::Group', 'microsoft.graph.user', 'iam.googleapis.com/ServiceAccount'].map(
      (word): [string, object, object, string[]] => [
        `that is ${word}`,
        { type: word, id: '1', name: 'Jo' },
        { type: 'identity', originalType: word.toLowerCase(), id: '1', name: 'Jo' },
        ['type respelled'],
      ],
    ),
    ...['AWS::Organizations::Account', 'AWS::ResourceGroups::Group', 'user pool', 'device', 'application', 'robot'].map(
      (word): [string, object, object, string[]] => [
        `that is a ${word}`,
        { type: word, id: '1', name: 'Jo' },
        { type: 'asset', originalType: word.toLowerCase(), id: '1', name: 'Jo' },
        ['type respelled'],
      ],
    ),
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

  it('stands in a list: the first is the one, the rest go before the others', () => {
    const rest = { type: 'asset', id: 'i-2', name: 'two' } as const;
    expect(repaired(written({ affected: [affected, rest] }))).toEqual({
      finding: aFinding({ alsoAffected: [rest, ...alsoAffected] }),
      repairs: ['affected respelled'],
    });
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
    expect(repaired({ ...aPlainFinding(), platform })).toEqual({
      finding: aPlainFinding({ platform: expected }),
      repairs: [repair],
    });
  });

  it('that is a list is its first, and the rest go before the others', () => {
    const finding = { ...aPlainFinding(), platform: ['aws', 'okta'], platforms: ['entra'] };
    expect(repaired(finding)).toEqual({
      finding: aPlainFinding({ platform: 'aws', platforms: ['okta', 'entra'] }),
      repairs: ['platform respelled'],
    });
    expect(repaired({ ...aPlainFinding(), platform: ['aws'] })).toEqual({
      finding: aPlainFinding({ platform: 'aws' }),
      repairs: ['platform respelled'],
    });
  });

  it('that is missing is the first of the others', () => {
    const finding = { ...aPlainFinding(), platform: '', platforms: ['aws', 'okta'] };
    expect(repaired(finding)).toEqual({
      finding: aPlainFinding({ platform: 'aws', platforms: ['okta'] }),
      repairs: ['platform filled-in'],
    });
  });
});

describe('what a publisher may leave out', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `n${String(index).padStart(2, '0')}`);
  const asset = (id: string) => ({ type: 'asset', id, name: id });
  const longId = 'i'.repeat(300);

  it.each<[string, object, Partial<Finding>, readonly string[]]>([
    ['a category of 65 characters', { category: 'x'.repeat(65) }, { category: `${'x'.repeat(63)}…` }, ['category cut']],
    ['a category that is no text', { category: {} }, {}, ['category dropped']],
    ['an empty category', { category: '' }, {}, ['category dropped']],
    ['categories in a list', { category: ['A', 'B'] }, { category: 'A' }, ['category dropped']],
    ['one category in a list', { category: ['A'] }, { category: 'A' }, ['category respelled']],
    ['no category in a list', { category: [] }, {}, ['category dropped']],
    ['a description in lines', { description: ['A', 2] }, { description: 'A\n2' }, ['description respelled']],
    ['a description that is null', { description: null }, {}, ['description dropped']],
    ['a page at http', { url: 'http://app.thalian.example/1' }, {}, ['url dropped']],
    [
      'a page with blanks around it',
      { url: ' HTTPS://a.example/1 ' },
      { url: 'https://a.example/1' },
      ['url respelled'],
    ],
    ['one platform as a text', { platforms: 'aws' }, { platforms: ['aws'] }, ['platforms respelled']],
    ['no other platform', { platforms: [] }, {}, ['platforms dropped']],
    ['platforms that are no texts', { platforms: ['aws', {}, ''] }, { platforms: ['aws'] }, ['platforms dropped']],
    ['21 other platforms', { platforms: many(21) }, { platforms: many(20) }, ['platforms cut']],
    [
      'one other as an object',
      { alsoAffected: asset('i-1') },
      { alsoAffected: [asset('i-1') as never] },
      ['alsoAffected respelled'],
    ],
    [
      '21 others',
      { alsoAffected: many(21).map(asset) },
      { alsoAffected: many(20).map(asset) as never },
      ['alsoAffected cut'],
    ],
    ['others that are nothing', { alsoAffected: [null, true] }, {}, ['alsoAffected dropped']],
    [
      'another with an id of 300 characters',
      { alsoAffected: [asset(longId)] },
      {
        alsoAffected: [
          { type: 'asset', id: expect.stringMatching(/^i{191}~[0-9a-f]{64}$/), name: `${'i'.repeat(127)}…` } as never,
        ],
      },
      ['alsoAffected cut'],
    ],
    [
      'attributes that are no texts',
      { attributes: { owner: 'Jo', count: 3, isNew: true, deep: {}, none: null } },
      { attributes: { owner: 'Jo', count: '3', isNew: 'true' } },
      ['attributes respelled', 'attributes dropped'],
    ],
    [
      'attributes that are lists',
      { attributes: { cve: ['CVE-1', 2, true, null], none: [], deep: [{}] } },
      { attributes: { cve: 'CVE-1, 2, true' } },
      ['attributes respelled', 'attributes dropped'],
    ],
    ['attributes in a list', { attributes: ['a'] }, {}, ['attributes dropped']],
    [
      '21 attributes',
      { attributes: Object.fromEntries(many(21).map((name) => [name, 'x'])) },
      { attributes: Object.fromEntries(many(20).map((name) => [name, 'x'])) },
      ['attributes cut'],
    ],
    [
      'an attribute of 257 characters',
      { attributes: { a: 'x'.repeat(257) } },
      { attributes: { a: `${'x'.repeat(255)}…` } },
      ['attributes cut'],
    ],
  ])('%s is repaired', (_what, given, expected, repairs) => {
    expect(repaired({ ...aPlainFinding(), ...given })).toEqual({ finding: aPlainFinding(expected), repairs });
  });

  it('says where its page is although that is no link', () => {
    const { finding, repairs } = repaired({ ...aPlainFinding(), url: 'app.thalian.example/findings/1' });
    expect(finding.url).toBeUndefined();
    expect(finding.remediation.summary).toBe(`${remediation.summary}\napp.thalian.example/findings/1`);
    expect(repairs).toEqual(['url moved']);
  });
});

describe('a time of detection', () => {
  it.each([
    ['2026-11-23t10:00:00z', '2026-11-23T10:00:00.000Z', 'respelled'],
    ['2026-11-23 12:00:00+0200', '2026-11-23T10:00:00.000Z', 'respelled'],
    [1_795_428_000_000, '2026-11-23T10:00:00.000Z', 'respelled'],
    ['Nov 23, 2026, 10:00:00 AM', '2026-11-23T10:00:00.000Z', 'respelled'],
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
    ['that is a list', ['Look.', 'Then ask.'], { summary: 'Look.\nThen ask.' }, [' respelled']],
    ['that is an empty list', [], { summary: '' }, [' dropped']],
    ['with steps in a list', { summary: ['Look.', 'Ask.'] }, { summary: 'Look.\nAsk.' }, ['.summary respelled']],
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
    [[GUIDE], { summary, url: GUIDE }, 'respelled'],
    [[], { summary }, 'dropped'],
    ['N/A', { summary }, 'dropped'],
    ['None Provided', { summary }, 'dropped'],
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

  it('with a list of links has the first, and the others with commands below its summary', () => {
    const url = ['aws iam list-users', GUIDE, 'javascript:alert(1)', `${GUIDE}#2`];
    expect(repaired({ ...aFinding(), remediation: { summary, url } })).toEqual({
      finding: aFinding({ remediation: { summary: `${summary}\naws iam list-users\n${GUIDE}#2`, url: GUIDE } }),
      repairs: ['remediation.url respelled', 'remediation.url moved', 'remediation.url dropped'],
    });
  });

  it('takes a text in the place of its link for its summary, if it has no other', () => {
    const { finding } = repaired({ ...aFinding(), remediation: { summary: '', url: 'see the wiki' } });
    expect(finding.remediation).toEqual({ summary: 'see the wiki' });
  });
});

describe('a finding of a megabyte', () => {
  const fillings = ['x', ' ', '🔑', '\ud83d', '2026-11-23 ', 'https://', '1'];

  it.each(fillings)('is repaired in time, if each of its texts is %j again and again', (filling) => {
    const text = filling.repeat(1_000_000 / filling.length);
    const finding = {
      id: text,
      title: text,
      severity: { level: 'high', score: text },
      affected: { type: text, id: text, name: text, originalType: text },
      platform: text,
      detectedAt: `2026-11-23${text}`,
      remediation: { summary: text, url: `a${text}` },
    };
    expect(inTime(() => repaired(finding).finding.severity.level)).toBe('high');
  });

  it('is repaired in time, if each of its texts is a list of a hundred thousand', () => {
    const texts = Array.from({ length: 100_000 }, (_, index) => String(index));
    const finding = {
      id: '1',
      title: texts,
      severity: 'high',
      category: texts,
      description: texts,
      platform: texts,
      attributes: { all: texts },
      url: texts,
      remediation: { summary: texts, url: texts },
    };
    expect(inTime(() => repaired(finding).finding.severity.level)).toBe('high');
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
    ['an unknown level', { severity: { level: 'catastrophic', score: 99 } }, 'severity.level'],
    ['a score without a level', { severity: { score: 99 } }, 'severity.level'],
    ['a number for a severity', { severity: 5 }, 'severity.level'],
  ])('is refused: %s', (_what, fields, lack) => {
    const result = repairFinding(written(fields), { now: NOW, published: PUBLISHED });
    expect(result).toMatchObject({ kind: 'refused', lacks: [{ field: lack }] });
  });
});
