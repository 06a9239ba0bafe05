/**
 * Makes the body of a request from a template and a finding. The template fixes the shape, so the result is always JSON, and
 * every placeholder is looked up once, and twice more for a body that is too large: the template and the finding bound the work.
 */
import { cutToJsonBytes } from '../../finding/cut-text.ts';
import { jsonBody } from '../json-body.ts';
import type { TemplateNode } from './compile-template.ts';
import type { Placeholder } from './read-placeholders.ts';
import type { TemplateInput } from './template-fields.ts';

/** Receivers are promised a body of less than 64 KB. */
export const MAX_TEMPLATE_BODY_BYTES = 64 * 1024 - 1;

interface Rendering {
  readonly input: TemplateInput;
  /** Bytes of JSON of what each placeholder has put in. Absent if nothing counts them. */
  readonly sizes?: number[];
  /** What one placeholder may put in. Absent: as much as there is. */
  readonly mostBytes?: number;
}

/**
 * As the template says. If that is too large, as a field may be there many times, the largest values are shortened, all of
 * them to the same size.
 */
export function renderTemplate(root: TemplateNode, input: TemplateInput): string {
  const body = jsonBody(render({ input }, root));
  const excess = Buffer.byteLength(body) - MAX_TEMPLATE_BODY_BYTES;
  if (excess <= 0) {
    return body;
  }
  const sizes: number[] = [];
  render({ input, sizes }, root);
  return jsonBody(render({ input, mostBytes: levelOf(sizes, excess) }, root));
}

/** The greatest size to which the larger ones may be shortened so that so many bytes are saved. */
function levelOf(sizes: readonly number[], excess: number): number {
  const descending = sizes.toSorted((a, b) => b - a);
  let sum = 0;
  for (const [index, size] of descending.entries()) {
    sum += size;
    const level = Math.floor((sum - excess) / (index + 1));
    if (level >= (descending[index + 1] ?? 0)) {
      return level;
    }
  }
  return 0;
}

/** Undefined is nothing: what it would be in is then without it. */
function render(rendering: Rendering, node: TemplateNode): unknown {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'text':
      return node.pieces
        .map((piece) =>
          typeof piece === 'string' ? piece : put(rendering, String(evaluate(rendering, piece) ?? '').toWellFormed()),
        )
        .join('');
    case 'value':
      return put(rendering, evaluate(rendering, node.placeholder) ?? null);
    case 'list':
      return node.items.map((item) => render(rendering, item)).filter((item) => item !== undefined);
    case 'object':
      return Object.fromEntries(node.members.map(([name, member]) => [name, render(rendering, member)]));
    case 'choice': {
      const chosen = node.choose(evaluate(rendering, node.on));
      return chosen && render(rendering, chosen);
    }
  }
}

function evaluate({ input }: Rendering, { field, filters }: Placeholder): unknown {
  return filters.reduce<unknown>(
    (value, { filter, argument }) =>
      value === undefined && !filter.takesAbsent ? undefined : filter.apply(value, argument),
    field.read(input),
  );
}

function put({ sizes, mostBytes }: Rendering, value: unknown): unknown {
  sizes?.push(bytesOf(value));
  return mostBytes === undefined ? value : shorten(value, mostBytes);
}

/** As much of it as so many bytes of JSON hold: the beginning of a text, the first entries and members of what has such. */
function shorten(value: unknown, mostBytes: number): unknown {
  if (bytesOf(value) <= mostBytes) {
    return value;
  }
  if (typeof value === 'string') {
    return cutToJsonBytes(value, Math.max(0, mostBytes - '""'.length));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const isList = Array.isArray(value);
  let left = mostBytes - '{}'.length;
  const kept: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const around = isList ? ','.length : bytesOf(name) + ':,'.length;
    const fitted = shorten(inner, left - around);
    left -= around + bytesOf(fitted);
    if (left < 0) {
      break;
    }
    kept.push([name, fitted]);
  }
  return isList ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** As the body has it, where a NUL takes fewer bytes than its escape: else what is cut would save less than it seems to. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(jsonBody(value));
}
