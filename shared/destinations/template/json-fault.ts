/**
 * Where a text stops being JSON, for the person who types it: engines say so in words of their own or not at all, and all of
 * them take an object that has one name twice and drop the first.
 */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[[^"\\]--[\p{Cc}--[\x7f-\x9f]]]|\\(?:["\\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/vy;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** What is begun and not ended, from the outside in: the names of an object so far, or a list. */
type Open = Set<string> | 'list';

interface Reading {
  readonly text: string;
  readonly open: Open[];
  at: number;
}

/** Undefined if the text is JSON and no name is there twice. Linear, and without recursion. */
export function findJsonFault(text: string): JsonFault | undefined {
  const reading: Reading = { text, open: [], at: 0 };
  let found: JsonFault | 'more' | 'whole';
  do {
    found = takeValue(reading);
  } while (found === 'more');
  return found === 'whole' ? undefined : found;
}

/** The beginning of an object or list that is not empty, or a whole value and all that ends with it. */
function takeValue(reading: Reading): JsonFault | 'more' | 'whole' {
  const bracket = takeSign(reading, '{[');
  if (bracket === undefined) {
    const isThere = take(reading, STRING) !== undefined || take(reading, SCALAR) !== undefined;
    return isThere ? takeEnds(reading) : faultAt(reading, 'a value is missing; text stands in double quotes');
  }
  if (takeSign(reading, bracket === '{' ? '}' : ']') !== undefined) {
    return takeEnds(reading);
  }
  reading.open.push(bracket === '{' ? new Set<string>() : 'list');
  return takeName(reading) ?? 'more';
}

function takeEnds(reading: Reading): JsonFault | 'more' | 'whole' {
  for (let inside = reading.open.at(-1); inside !== undefined; inside = reading.open.at(-1)) {
    const end = inside === 'list' ? ']' : '}';
    const sign = takeSign(reading, `,${end}`);
    if (sign !== end) {
      return sign === undefined ? faultAt(reading, `a comma or ${end} is missing`) : (takeName(reading) ?? 'more');
    }
    reading.open.pop();
  }
  take(reading, SPACE);
  return reading.at === reading.text.length ? 'whole' : faultAt(reading, 'the template ends here, and more follows');
}

/** In an object, the name of the next member and its colon. */
function takeName(reading: Reading): JsonFault | undefined {
  const names = reading.open.at(-1);
  if (names === undefined || names === 'list') {
    return undefined;
  }
  take(reading, SPACE);
  const begins = reading.at;
  const written = take(reading, STRING);
  if (written === undefined) {
    return faultAt(reading, 'a name in double quotes is missing');
  }
  const name = String(JSON.parse(written));
  if (names.has(name)) {
    return { offset: begins, message: 'an object has this name twice' };
  }
  names.add(name);
  return takeSign(reading, ':') === undefined ? faultAt(reading, 'a colon is missing') : undefined;
}

function take(reading: Reading, pattern: RegExp): string | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text)?.[0];
  reading.at += found?.length ?? 0;
  return found;
}

function takeSign(reading: Reading, signs: string): string | undefined {
  take(reading, SPACE);
  const sign = reading.text[reading.at];
  if (sign === undefined || !signs.includes(sign)) {
    return undefined;
  }
  reading.at += 1;
  return sign;
}

function faultAt({ at }: Reading, message: string): JsonFault {
  return { offset: at, message };
}

/** `line 3, column 5`, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
