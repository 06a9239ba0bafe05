import { describe, expect, it } from 'vitest';
import { quantitiesIn, quantitiesInCode } from './quantities.ts';

const values = (text: string) => quantitiesIn(text).map(({ value }) => value);

describe('the quantities of a text', () => {
  it.each([
    ['after 30 s, 2 min and 8 min', ['30 s', '120 s', '480 s']],
    ['within ten seconds, or 500 ms', ['10 s', '0.5 s']],
    ['three\n  days', ['259200 s']],
    ['half an hour, a quarter of an hour, an hour', ['1800 s', '900 s', '3600 s']],
    ['at most 64 KB, of which 1,024 bytes are kept', ['65536 bytes', '1024 bytes']],
    ['up to 20 % more', ['20 %']],
    ['up to 3 retries, four more attempts', ['3 retry', '4 attempt']],
    ['16 to 256 printable ASCII characters', ['256 character']],
    ['100,000 deliveries or keys, 5,000 keys', ['100000 delivery', '5000 key']],
  ])('%j are %j', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each(['two webhooks get it', 'Node 24', 'HTTP 429', '6  delivery/  a room', 'v1.2 h', '`n` + 1'])(
    'are none in %j',
    (text) => {
      expect(values(text)).toEqual([]);
    },
  );

  it('come with the words around them', () => {
    expect(quantitiesIn('Queues keep messages for 14 days.')[0]?.context).toContain('keep messages for 14 days');
  });
});

it('takes the texts of a program, not its comments and not what it computes', () => {
  const computed = '$' + '{RETRIES}';
  const source = `// 30 s\nconst text = 'after 2 min'; const other = \`up to ${computed} times, or 4 h\`; <b>5 days</b>;`;
  expect(quantitiesInCode(source, true).map(({ value }) => value)).toEqual(['120 s', '14400 s', '432000 s']);
});
