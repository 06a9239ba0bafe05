/** What the subset of zod says of a value that it refuses: the words of zod. */

/** Stands for a whole number in a complaint: no value that is parsed is it. */
export const INT = Symbol('int');

export function expectedOneOf(values: readonly unknown[]): string {
  const [first] = values;
  return values.length === 1
    ? `Invalid input: expected ${quoted(first)}`
    : `Invalid option: expected one of ${values.map(quoted).join('|')}`;
}

export function expected(name: string, value: unknown): string {
  return `Invalid input: expected ${name}, received ${nameOf(value)}`;
}

function nameOf(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? 'number' : String(value);
  }
  if (value === null) {
    return 'null';
  }
  if (typeof value !== 'object') {
    return typeof value;
  }
  return Array.isArray(value) ? 'array' : isPlain(value) ? 'object' : value.constructor.name;
}

export function outOfBounds(value: unknown, too: 'small' | 'big', bound: string): string {
  const [name, unit] = Array.isArray(value)
    ? (['array', 'items'] as const)
    : typeof value === 'number' || value === INT
      ? ([value === INT ? 'int' : 'number', undefined] as const)
      : (['string', 'characters'] as const);
  return `Too ${too}: expected ${name} ${unit === undefined ? `to be ${bound}` : `to have ${bound} ${unit}`}`;
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

export function messageOf(issue: object): string {
  return 'message' in issue ? String(issue.message) : 'Invalid input';
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
