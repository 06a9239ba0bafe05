/**
 * From the text of a template to a tree that can be rendered, or to what is wrong with it and where. `send` reads a template
 * by the same code that accepted it, so what was saved can always be rendered.
 */
import { findJsonFault, lineAndColumn } from './json-fault.ts';
import {
  type Piece,
  type Placeholder,
  readExpression,
  readPieces,
  shown,
  suggestion,
  withArticle,
} from './read-placeholders.ts';
import type { Kind } from './template-fields.ts';
import { isEmpty } from './template-filters.ts';

export type TemplateNode =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null }
  /** Text with placeholders in it. */
  | { readonly kind: 'text'; readonly pieces: readonly Piece[] }
  /** A placeholder that is the whole text, and so keeps its kind: a number stays a number, a list a list. */
  | { readonly kind: 'value'; readonly placeholder: Placeholder }
  | { readonly kind: 'list'; readonly items: readonly TemplateNode[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, TemplateNode])[] }
  | { readonly kind: 'choice'; readonly on: Placeholder; readonly choose: Choose };

/** Undefined is nothing: the member or entry is then left out. */
export type Choose = (value: unknown) => TemplateNode | undefined;

export interface TemplateProblem {
  /** Names and positions from the outside in, with dots; empty for the template as a whole. */
  readonly path: string;
  readonly message: string;
}

export type CompiledTemplate =
  | { readonly kind: 'compiled'; readonly root: TemplateNode }
  | { readonly kind: 'refused'; readonly problems: readonly TemplateProblem[] };

export const TEMPLATE_BOUNDS = {
  /** In UTF-8. It is read with its webhook for every finding of the tenant. */
  bytes: 8_192,
  depth: 16,
  placeholders: 100,
} as const;

interface Compiling {
  readonly problems: TemplateProblem[];
  placeholders: number;
}

const NOTHING: TemplateNode = { kind: 'constant', value: null };

export function compileTemplate(text: string): CompiledTemplate {
  const whole = (message: string): CompiledTemplate => ({ kind: 'refused', problems: [{ path: '', message }] });
  const { bytes, depth } = TEMPLATE_BOUNDS;
  if (byteLength(text) > bytes || byteLength(text) < 2) {
    return whole(`A template has 2 to ${bytes} bytes.`);
  }
  if (!text.isWellFormed()) {
    return whole('The template has half of a surrogate pair, which is no character.');
  }
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    return whole(`The template is not JSON: at ${lineAndColumn(text, fault.offset)} ${fault.message}.`);
  }
  const json: unknown = JSON.parse(text);
  if (depthOf(json, depth) > depth) {
    return whole(`Objects and lists are in each other at most ${depth} deep.`);
  }
  // Numbers such as 1e9 grow when they are written out.
  if (byteLength(JSON.stringify(json)) > bytes) {
    return whole(`A template has at most ${bytes} bytes, numbers written out.`);
  }
  if (typeof json !== 'object' || json === null || isDirective(json)) {
    return whole('A template is an object or a list: {"title": "{{ title }}"}.');
  }
  const compiling: Compiling = { problems: [], placeholders: 0 };
  const root = compileNode(compiling, json, []);
  if (compiling.placeholders > TEMPLATE_BOUNDS.placeholders) {
    return whole(`A template has at most ${TEMPLATE_BOUNDS.placeholders} placeholders.`);
  }
  return compiling.problems.length > 0 ? { kind: 'refused', problems: compiling.problems } : { kind: 'compiled', root };
}

/** One or two sentences for each of the first problems, with its place; undefined if there is none. */
export function templateRefusal(text: string): string | undefined {
  const compiled = compileTemplate(text);
  if (compiled.kind === 'compiled') {
    return undefined;
  }
  const { problems } = compiled;
  const shown = problems
    .slice(0, MOST_SHOWN)
    .map(({ path, message }) => (path === '' ? message : `At ${path}: ${message}`));
  return [...shown, ...(problems.length > MOST_SHOWN ? [`There are ${problems.length - MOST_SHOWN} more.`] : [])].join(
    ' ',
  );
}

const MOST_SHOWN = 3;

type Path = readonly (string | number)[];

function compileNode(compiling: Compiling, json: unknown, path: Path): TemplateNode {
  switch (typeof json) {
    case 'string':
      return compileText(compiling, json, path);
    case 'number':
      return compileNumber(compiling, json, path);
    case 'boolean':
      return { kind: 'constant', value: json };
    default:
      return json === null || json === undefined ? NOTHING : compileObject(compiling, json, path);
  }
}

/** JSON has numbers that JavaScript does not: they would be sent as others. */
function compileNumber(compiling: Compiling, json: number, path: Path): TemplateNode {
  return Number.isFinite(json) && (!Number.isInteger(json) || Number.isSafeInteger(json))
    ? { kind: 'constant', value: json }
    : refuse(compiling, path, 'This number is too large to be sent as it is. Write it in quotes.');
}

function compileText(compiling: Compiling, json: string, path: Path): TemplateNode {
  const read = readPieces(json);
  if (read.kind === 'refused') {
    return refuse(compiling, path, read.message);
  }
  const pieces = read.value;
  const placeholders = pieces.filter((piece) => typeof piece !== 'string');
  compiling.placeholders += placeholders.length;
  const [only] = pieces;
  if (pieces.length <= 1 && typeof only !== 'object') {
    return { kind: 'constant', value: only ?? '' };
  }
  if (pieces.length === 1 && typeof only === 'object') {
    return { kind: 'value', placeholder: only };
  }
  const whole = placeholders.find(({ kind }) => kind.startsWith('list') || kind === 'object');
  return whole === undefined
    ? { kind: 'text', pieces }
    : refuse(compiling, path, `${shown(whole.path)} ${NO_TEXT[whole.kind] ?? ''}`);
}

const NO_TEXT: Readonly<Record<string, string>> = {
  object: 'is an object: name one of its members, or let the placeholder be the whole text.',
  'list of texts': "is a list: add | join: ', ' or let the placeholder be the whole text.",
  'list of objects': "is a list: add | map: 'name' | join: ', ' or let the placeholder be the whole text.",
};

function compileObject(compiling: Compiling, json: object, path: Path): TemplateNode {
  if (Array.isArray(json)) {
    return { kind: 'list', items: json.map((item, index) => compileNode(compiling, item, [...path, index])) };
  }
  if (isDirective(json)) {
    return compileDirective(compiling, new Map(Object.entries(json)), path);
  }
  return { kind: 'object', members: Object.entries(json).map((member) => compileMember(compiling, member, path)) };
}

function compileMember(compiling: Compiling, [name, json]: [string, unknown], path: Path): [string, TemplateNode] {
  const at = [...path, name];
  return name.includes('{{')
    ? [name, refuse(compiling, at, 'The name of a member has no placeholder: two of them could become one.')]
    : [name, compileNode(compiling, json, at)];
}

function isDirective(json: object): boolean {
  return Object.keys(json).some((name) => name.startsWith('$'));
}

const DIRECTIVES: Readonly<Record<string, { readonly members: readonly string[]; readonly example: string }>> = {
  $if: { members: ['$if', 'then', 'else'], example: '{"$if": "url", "then": …, "else": …}' },
  $switch: {
    members: ['$switch', 'cases', 'else'],
    example: '{"$switch": "severity.level", "cases": {"critical": …}, "else": …}',
  },
};

function compileDirective(compiling: Compiling, given: ReadonlyMap<string, unknown>, path: Path): TemplateNode {
  const name = [...given.keys()].find((key) => key.startsWith('$')) ?? '';
  const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  if (directive === undefined) {
    return refuse(compiling, path, `There is no ${shown(name)}.${suggestion(name, Object.keys(DIRECTIVES))}`);
  }
  const [, needed = ''] = directive.members;
  const on = given.get(name);
  const isFitting = [...given.keys()].every((key) => directive.members.includes(key)) && given.has(needed);
  const expression = typeof on === 'string' && isFitting ? readExpression(on) : undefined;
  if (expression === undefined) {
    return refuse(compiling, path, `${name} is written as in ${directive.example}. It may go without else.`);
  }
  compiling.placeholders += 1;
  if (expression.kind === 'refused') {
    return refuse(compiling, [...path, name], expression.message);
  }
  const otherwise = given.has('else') ? compileNode(compiling, given.get('else'), [...path, 'else']) : undefined;
  const placeholder = expression.value;
  if (name === '$if') {
    const then = compileNode(compiling, given.get('then'), [...path, 'then']);
    return { kind: 'choice', on: placeholder, choose: (value) => (isEmpty(value) ? otherwise : then) };
  }
  if (!COMPARED.includes(placeholder.kind)) {
    const message = `$switch takes a text or a number, and this is ${withArticle(placeholder.kind)}.`;
    return refuse(compiling, [...path, name], message);
  }
  return compileCases(compiling, placeholder, given.get('cases'), otherwise, [...path, 'cases']);
}

const COMPARED: readonly Kind[] = ['text', 'number', 'instant'];

function compileCases(
  compiling: Compiling,
  on: Placeholder,
  json: unknown,
  otherwise: TemplateNode | undefined,
  path: Path,
): TemplateNode {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse(compiling, path, 'The cases are an object: {"critical": …, "high": …}.');
  }
  const words = on.filters.length === 0 ? on.field.words : undefined;
  const cases = new Map(
    Object.entries(json).map(([word, inner]): [string, TemplateNode] => {
      const at = [...path, word];
      return words === undefined || words.includes(word)
        ? [word, compileNode(compiling, inner, at)]
        : [word, refuse(compiling, at, `${on.path} is never ${shown(word)}.${suggestion(word, words)}`)];
    }),
  );
  return { kind: 'choice', on, choose: (value) => cases.get(String(value)) ?? otherwise };
}

function refuse(compiling: Compiling, path: Path, message: string): TemplateNode {
  compiling.problems.push({ path: path.join('.'), message });
  return NOTHING;
}

/** Looks no deeper than it must to know that it is too deep. */
function depthOf(json: unknown, most: number): number {
  if (typeof json !== 'object' || json === null) {
    return 0;
  }
  return most < 0 ? 1 : 1 + Math.max(0, ...Object.values(json).map((inner) => depthOf(inner, most - 1)));
}

/** Also in a browser, which has no Buffer. */
function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
