/**
 * The filters of a template: what each takes and gives, checked at save, and what it does. Names and meanings are Liquid's;
 * `escape_markdown` is our own. None of them can make more of a text than a fixed multiple of it.
 */
import { cutToCharacters } from '../../finding/cut-text.ts';
import { AFFECTED_MEMBERS, type Kind } from './template-fields.ts';

export type Argument = string | number;

export interface Filter {
  readonly meaning: string;
  readonly example: string;
  readonly takes: readonly Kind[];
  /** Undefined: the kind that it was given. */
  readonly gives?: Kind;
  readonly argument: 'none' | 'required';
  /** What is wrong with the argument, as the end of a sentence that begins with the filter. */
  refusal?(argument: Argument): string | undefined;
  /** Also asked about a field that the finding does not have. Every other filter leaves it absent. */
  readonly takesAbsent?: true;
  /** The value is of a kind that it takes. */
  apply(value: unknown, argument: Argument | undefined): unknown;
}

const TEXTS: readonly Kind[] = ['text', 'instant'];

export const TEMPLATE_FILTERS: Readonly<Record<string, Filter>> = {
  default: {
    meaning: 'What to use if the field is absent or empty',
    example: "{{ category | default: 'General' }}",
    takes: ['text', 'number', 'instant'],
    argument: 'required',
    takesAbsent: true,
    apply: (value, argument) => (isEmpty(value) ? argument : value),
  },
  upcase: onText('In capitals', '{{ severity.level | upcase }}', (value) => value.toUpperCase()),
  downcase: onText('In small letters', '{{ platform | downcase }}', (value) => value.toLowerCase()),
  capitalize: onText(
    'With a capital first letter',
    '{{ severity.level | capitalize }}',
    (value) => value.slice(0, 1).toUpperCase() + value.slice(1).toLowerCase(),
  ),
  truncate: {
    meaning: 'At most so many characters, the last of them … if it was longer',
    example: '{{ title | truncate: 100 }}',
    takes: TEXTS,
    gives: 'text',
    argument: 'required',
    refusal: (argument) =>
      typeof argument === 'number' && argument >= 1 ? undefined : 'takes a whole number of characters, 1 or more',
    apply: (value, argument) => cutToCharacters(String(value), Number(argument)),
  },
  escape: onText('For HTML', '{{ title | escape }}', (value) =>
    value.replaceAll(/[&<>"']/g, (sign) => HTML[sign] ?? sign),
  ),
  escape_markdown: onText(
    'For Markdown: nothing in it formats, links or mentions',
    '{{ title | escape_markdown }}',
    // No backslash keeps GitHub from a mention: a space of no width does.
    (value) => value.replaceAll(/[\\`*_~|<>#[\]]/g, '\\$&').replaceAll('@', '@\u200b'),
  ),
  date: {
    meaning: 'In UTC, by %Y %m %d %H %M %S %L %s',
    example: "{{ detectedAt | date: '%Y-%m-%d' }}",
    takes: ['instant'],
    gives: 'text',
    argument: 'required',
    refusal: (argument) =>
      typeof argument === 'string' && /^(?:[^%]|%[YmdHMSLs%])*$/.test(argument)
        ? undefined
        : 'takes a text with %Y, %m, %d, %H, %M, %S, %L, %s or %%',
    apply: (value, argument) => formatInstant(Date.parse(String(value)), String(argument)),
  },
  round: {
    meaning: 'To a whole number',
    example: '{{ severity.score | round }}',
    takes: ['number'],
    argument: 'none',
    apply: (value) => Math.round(Number(value)),
  },
  map: {
    meaning: `Of each object one member: ${AFFECTED_MEMBERS.join(', ')}`,
    example: "{{ allAffected | map: 'name' }}",
    takes: ['list of objects'],
    gives: 'list of texts',
    argument: 'required',
    refusal: (argument) =>
      AFFECTED_MEMBERS.includes(String(argument)) ? undefined : `takes one of ${AFFECTED_MEMBERS.join(', ')}`,
    apply: (value, argument) => listOf(value).map((item) => oneLineOf(memberOf(item, String(argument)))),
  },
  join: {
    meaning: 'One text of a list, with this between its entries',
    example: "{{ allPlatforms | join: ', ' }}",
    takes: ['list of texts'],
    gives: 'text',
    argument: 'required',
    refusal: (argument) => (typeof argument === 'string' ? undefined : "takes a text, such as ', '"),
    apply: (value, argument) => listOf(value).join(String(argument)),
  },
  size: {
    meaning: 'How many entries a list has',
    example: '{{ allAffected | size }}',
    takes: ['list of texts', 'list of objects'],
    gives: 'number',
    argument: 'none',
    takesAbsent: true,
    apply: (value) => listOf(value).length,
  },
};

/** Absent, or with nothing in it. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === '' ||
    (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** As Liquid has them. */
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function onText(meaning: string, example: string, change: (value: string) => string): Filter {
  return { meaning, example, takes: TEXTS, gives: 'text', argument: 'none', apply: (value) => change(String(value)) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Of an object without it an empty text, so that the list keeps its length. */
function memberOf(item: unknown, name: string): unknown {
  return typeof item === 'object' && item !== null
    ? (Object.entries(item).find(([key]) => key === name)?.[1] ?? '')
    : '';
}

/** A list becomes a line, a row of a table or a label. */
function oneLineOf(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : value;
}

function formatInstant(millis: number, pattern: string): string {
  // 2026-11-23T10:00:00.000Z
  const iso = new Date(millis).toISOString();
  const parts: Readonly<Record<string, string>> = {
    Y: iso.slice(0, -20),
    m: iso.slice(-19, -17),
    d: iso.slice(-16, -14),
    H: iso.slice(-13, -11),
    M: iso.slice(-10, -8),
    S: iso.slice(-7, -5),
    L: iso.slice(-4, -1),
    s: String(Math.floor(millis / 1000)),
    '%': '%',
  };
  return pattern.replaceAll(/%(.)/gs, (_, letter: string) => parts[letter] ?? '');
}
