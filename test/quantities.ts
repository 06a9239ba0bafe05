/**
 * The quantities that a text states: a number with its unit, in digits or in words. Durations are in seconds and sizes in
 * bytes, so that `180 s` and `three minutes` are one quantity. Everything else keeps its noun: `4 attempts`.
 */
import ts from 'typescript';

const NUMBER_WORDS = 'two three four five six seven eight nine ten eleven twelve fifteen twenty thirty sixty'.split(
  ' ',
);
const NUMBER_VALUES = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 60];

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  second: 1,
  min: 60,
  minute: 60,
  h: 3_600,
  hour: 3_600,
  d: 86_400,
  day: 86_400,
};
const BYTES: Readonly<Record<string, number>> = { byte: 1, KB: 1024, KiB: 1024, MB: 1024 ** 2, MiB: 1024 ** 2 };

/** What the service counts and bounds. */
const NOUNS =
  'attempt retry time receive failure shard header character letter exhausted delivery webhook key request'.split(' ');
/** With these, a number in words is prose: `two webhooks get the same finding`. */
const ONLY_IN_DIGITS = new Set(['delivery', 'webhook', 'key', 'request']);

const NUMBER = `\\d[\\d,]*(?:\\.\\d+)?|${NUMBER_WORDS.join('|')}`;
const UNITS = [...Object.keys(SECONDS), ...Object.keys(BYTES)].map((unit) => `${unit}s?`).join('|');
const COUNTED = NOUNS.map((noun) => (/[^e]y$/.test(noun) ? `${noun}|${noun.slice(0, -1)}ies` : `${noun}s?`)).join('|');
const PARTS: Readonly<Record<string, number>> = {
  'half an hour': 1_800,
  'quarter of an hour': 900,
  'an hour': 3_600,
  'a minute': 60,
  'a day': 86_400,
};

const MEASURED = `[\\s-]?(?<unit>${UNITS}|%)`;
const NUMBERED = `[\\s-](?:(?:or|more|printable|ASCII)\\s)*(?<noun>${COUNTED})`;
const QUANTITY = new RegExp(
  `(?<![\\w.,:/#-])(?:(?<number>${NUMBER})(?:${MEASURED}|${NUMBERED})|(?<part>${Object.keys(PARTS).join('|')}))(?![\\w/])`,
  'gi',
);

export interface Quantity {
  /** Such as `180 s`, `1024 bytes`, `4 attempts`. */
  readonly value: string;
  /** As it is written, with a few words around it. */
  readonly context: string;
}

export function quantitiesIn(text: string): readonly Quantity[] {
  const line = text.replaceAll(/\s+/g, ' ');
  return [...line.matchAll(QUANTITY)].flatMap(({ 0: whole, index, groups = {} }) => {
    const value = canonical(groups);
    const context = line.slice(Math.max(0, index - 40), index + whole.length + 30);
    return value === undefined ? [] : [{ value, context }];
  });
}

/** Those in the texts of a program: its strings and the words between its tags, not its comments. */
export function quantitiesInCode(source: string, isJsx: boolean): readonly Quantity[] {
  const kind = isJsx ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source', source, ts.ScriptTarget.Latest, false, kind));
  return texts.flatMap(quantitiesIn);
}

function canonical({ number = '', unit, noun = '', part }: Partial<Record<string, string>>): string | undefined {
  if (part !== undefined) {
    return seconds(PARTS[part.toLowerCase()] ?? 0);
  }
  const word = NUMBER_WORDS.indexOf(number.toLowerCase());
  const amount = NUMBER_VALUES[word] ?? Number(number.replaceAll(',', ''));
  if (unit === undefined) {
    const singular = noun.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
    return word >= 0 && ONLY_IN_DIGITS.has(singular) ? undefined : count(amount, singular);
  }
  const name = unit.replace(/s$/, '') || unit;
  const perUnit = SECONDS[unit] ?? SECONDS[name.toLowerCase()];
  if (perUnit !== undefined) {
    return seconds(amount * perUnit);
  }
  return unit === '%' ? percent(amount) : bytes(amount * (BYTES[name] ?? BYTES[unit] ?? 1));
}

export function seconds(amount: number): string {
  return `${Number(amount.toPrecision(9))} s`;
}

export function bytes(amount: number): string {
  return `${amount} bytes`;
}

export function percent(amount: number): string {
  return `${amount} %`;
}

/** `noun` in the singular. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}`;
}
