/**
 * Reads the placeholders of one text of a template: `[{{ severity.level | upcase }}] {{ title }}`. The language is the part of
 * Liquid that puts out one value: a field, then filters. Tags are not part of it, so there is nothing that repeats.
 */
import { type Kind, TEMPLATE_FIELDS, templateField } from './template-fields.ts';
import { type Argument, type Filter, TEMPLATE_FILTERS } from './template-filters.ts';

export interface Placeholder {
  readonly path: string;
  readonly field: NonNullable<ReturnType<typeof templateField>>;
  readonly filters: readonly { readonly filter: Filter; readonly argument: Argument | undefined }[];
  /** Of what comes out of the last filter. */
  readonly kind: Kind;
}

export type Piece = string | Placeholder;

export type Read<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'refused'; readonly message: string };

/** More are a mistake, and each is work at every delivery. */
export const MOST_FILTERS = 8;

const OPEN = '{{';
const CLOSE = /\s*\}\}/y;
/** A name after a dot, or in brackets and quotes for an attribute with a space in it. */
const PATH = /\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[(?:'[^']*'|"[^"]*")\])*)/y;
const IN_BRACKETS = /\[(?:'([^']*)'|"([^"]*)")\]/g;
const BAR = /\s*\|/y;
const NAME = /\s*([A-Za-z_]+)/y;
const COLON = /\s*:/y;
const TEXT = /\s*(?:'([^']*)'|"([^"]*)")/y;
const NUMBER = /\s*(-?\d{1,6})(?![\w.])/y;

/** A cursor over one text. */
interface Reading {
  readonly text: string;
  at: number;
}

export function readPieces(text: string): Read<readonly Piece[]> {
  const reading: Reading = { text, at: 0 };
  const pieces: Piece[] = [];
  for (let opens = text.indexOf(OPEN); opens >= 0; opens = text.indexOf(OPEN, reading.at)) {
    if (opens > reading.at) {
      pieces.push(text.slice(reading.at, opens));
    }
    reading.at = opens + OPEN.length;
    const placeholder = takePlaceholder(reading);
    if (placeholder.kind === 'refused') {
      return placeholder;
    }
    if (take(reading, CLOSE) === undefined) {
      return refused(
        'A placeholder is one field and its filters between {{ and }}, such as {{ title | truncate: 100 }}.',
      );
    }
    pieces.push(placeholder.value);
  }
  const rest = text.slice(reading.at);
  return pieces.concat(rest === '' ? [] : rest).some((piece) => typeof piece === 'string' && piece.includes('{%'))
    ? refused('Tags, {% … %}, are not part of the language: there are placeholders, $if and $switch.')
    : { kind: 'read', value: rest === '' ? pieces : [...pieces, rest] };
}

/** The expression of `$if` and `$switch`: as between the braces. */
export function readExpression(text: string): Read<Placeholder> {
  const reading: Reading = { text, at: 0 };
  const placeholder = takePlaceholder(reading);
  return placeholder.kind === 'read' && text.slice(reading.at).trim() !== ''
    ? refused('This is one field and its filters without braces, such as severity.level.')
    : placeholder;
}

function takePlaceholder(reading: Reading): Read<Placeholder> {
  const written = take(reading, PATH)?.[1];
  if (written === undefined) {
    return refused('A placeholder begins with the name of a field, such as {{ title }}.');
  }
  const path = written.replaceAll(IN_BRACKETS, (_, single = '', double = '') => `.${single}${double}`);
  const field = templateField(path);
  if (field === undefined) {
    return refused(`There is no field ${shown(path)}.${suggestion(path, Object.keys(TEMPLATE_FIELDS))}`);
  }
  const filters: Placeholder['filters'][number][] = [];
  let { kind } = field;
  while (take(reading, BAR) !== undefined) {
    const taken = takeFilter(reading, kind);
    if (taken.kind === 'refused') {
      return taken;
    }
    filters.push(taken.value);
    kind = taken.value.filter.gives ?? kind;
  }
  return filters.length > MOST_FILTERS
    ? refused(`A placeholder has at most ${MOST_FILTERS} filters.`)
    : { kind: 'read', value: { path, field, filters, kind } };
}

function takeFilter(reading: Reading, kind: Kind): Read<Placeholder['filters'][number]> {
  const name = take(reading, NAME)?.[1] ?? '';
  const filter = Object.hasOwn(TEMPLATE_FILTERS, name) ? TEMPLATE_FILTERS[name] : undefined;
  if (filter === undefined) {
    return refused(
      name === ''
        ? 'After | stands the name of a filter, such as {{ title | upcase }}.'
        : `There is no filter ${shown(name)}.${suggestion(name, Object.keys(TEMPLATE_FILTERS))}`,
    );
  }
  if (!filter.takes.includes(kind)) {
    return refused(`${name} takes ${filter.takes.map(withArticle).join(' or ')}, and this is ${withArticle(kind)}.`);
  }
  const argument = take(reading, COLON) === undefined ? undefined : takeArgument(reading);
  const isFitting = filter.argument === 'none' ? argument === undefined : argument !== undefined;
  if (!isFitting) {
    return refused(`${name} is written as in ${filter.example}.`);
  }
  const objection = argument === undefined ? undefined : filter.refusal?.(argument);
  return objection === undefined ? { kind: 'read', value: { filter, argument } } : refused(`${name} ${objection}.`);
}

/** An empty text where a colon has nothing after it: no filter takes it for an argument that was left out. */
function takeArgument(reading: Reading): Argument | undefined {
  const text = take(reading, TEXT);
  if (text !== undefined) {
    return text[1] ?? text[2] ?? '';
  }
  const digits = take(reading, NUMBER)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function take(reading: Reading, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  reading.at += found?.[0].length ?? 0;
  return found ?? undefined;
}

function refused(message: string): { readonly kind: 'refused'; readonly message: string } {
  return { kind: 'refused', message };
}

export function withArticle(kind: Kind): string {
  return `${/^[aio]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

const SHOWN_CHARACTERS = 40;

/** What a person typed, in quotes and no longer than a sentence bears. */
export function shown(typed: string): string {
  return `"${typed.length > SHOWN_CHARACTERS ? `${typed.slice(0, SHOWN_CHARACTERS)}…` : typed}"`;
}

/** What they most likely meant; a name that is the end of a longer one counts, as `level` does of `severity.level`. */
export function suggestion(typed: string, names: readonly string[]): string {
  const wanted = typed.toLowerCase().slice(0, SHOWN_CHARACTERS);
  const [nearest] = names
    .map((name) => ({ name, edits: name.endsWith(`.${wanted}`) ? 1 : editsBetween(wanted, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest === undefined ? ` There are: ${names.join(', ')}.` : ` Do you mean ${nearest.name}?`;
}

/** Of one letter each (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const now = [row + 1];
    for (let column = 0; column < b.length; column += 1) {
      const replaced = (before[column] ?? 0) + (letter === b[column] ? 0 : 1);
      now.push(Math.min(replaced, (before[column + 1] ?? 0) + 1, (now[column] ?? 0) + 1));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}
