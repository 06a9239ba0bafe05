/**
 * What our schemas use of zod, in a fiftieth of its size: bundling puts it in zod's place (`shared/topology/bundling.ts`) where
 * a cold start must be short. The same values are accepted and refused, with the same output and the same messages;
 * `test/shared/runtime/zod-subset.test.ts` holds it to zod. No file imports it: types and tests are those of zod.
 */
import { expected, expectedOneOf, INT, isPlain, messageOf, outOfBounds } from './zod-subset-messages.ts';

interface Issue {
  readonly path: PropertyKey[];
  readonly message: string;
  /** False: nothing else is checked. Absent: no check but that of a length. */
  readonly continue?: boolean;
}

interface Payload {
  value: unknown;
  readonly issues: Issue[];
}

type Run = (payload: Payload) => void;

interface Check {
  readonly run: Run;
  /** Lengths are checked of whatever has one. */
  readonly ofLength?: true;
}

/** What an object without the member gets: nothing, what the schema makes of `undefined`, or a complaint. */
type Absence = 'optional' | 'defaulted' | undefined;

interface Kind {
  readonly absence?: Absence;
  readonly mayBeAbsentAfterwards?: boolean;
  readonly shape?: Shape;
}

type Shape = Readonly<Record<string, Schema>>;

type Parsed =
  | { readonly success: true; readonly data: unknown; readonly error?: undefined }
  | { readonly success: false; readonly data?: undefined; readonly error: { readonly issues: readonly Issue[] } };

class Schema {
  readonly #parse: Run;
  readonly #checks: readonly Check[];
  readonly kind: Kind;

  constructor(parse: Run, kind: Kind = {}, checks: readonly Check[] = []) {
    this.#parse = parse;
    this.kind = kind;
    this.#checks = checks;
  }

  run(payload: Payload): void {
    const { issues } = payload;
    this.#parse(payload);
    for (const { run, ofLength } of this.#checks) {
      const isWanted =
        ofLength === undefined
          ? issues.every((issue) => issue.continue === true)
          : issues.every((issue) => issue.continue !== false) && hasLength(payload.value);
      if (isWanted) {
        run(payload);
      }
    }
  }

  safeParse(value: unknown): Parsed {
    const payload: Payload = { value, issues: [] };
    this.run(payload);
    return payload.issues.length === 0
      ? { success: true, data: payload.value }
      : { success: false, error: { issues: payload.issues } };
  }

  meta(): Schema {
    return this;
  }

  describe(): Schema {
    return this;
  }

  /** `check` pushes what is wrong onto `issues`. */
  check(run: (context: { readonly value: unknown; readonly issues: { push(issue: object): void } }) => void): Schema {
    return this.#with({
      run: ({ value, issues }) =>
        run({ value, issues: { push: (issue) => void issues.push({ path: [], message: messageOf(issue) }) } }),
    });
  }

  refine(holds: (value: unknown) => unknown, message: string): Schema {
    return this.#must(holds, () => message);
  }

  regex(pattern: RegExp, message: string): Schema {
    return this.#must(
      (value) => pattern.test(value as string),
      () => message,
    );
  }

  min(least: number): Schema {
    return this.#bounded(least, (size) => size >= least, 'small', '>=');
  }

  max(most: number): Schema {
    return (this.kind === LIST ? this.#cappedAt(most) : this).#bounded(most, (size) => size <= most, 'big', '<=');
  }

  positive(): Schema {
    return this.#bounded(0, (size) => size > 0, 'small', '>');
  }

  optional(): Schema {
    const parse: Run = (payload) => {
      if (payload.value !== undefined) {
        this.run(payload);
      }
    };
    return new Schema(parse, { absence: 'optional', mayBeAbsentAfterwards: true });
  }

  exactOptional(): Schema {
    return new Schema((payload) => this.run(payload), { absence: 'optional', mayBeAbsentAfterwards: true });
  }

  default(standIn: unknown): Schema {
    const parse: Run = (payload) => {
      if (payload.value === undefined) {
        payload.value = isObject(standIn) ? { ...standIn } : standIn;
      } else {
        this.run(payload);
      }
    };
    return new Schema(parse, { absence: 'defaulted' });
  }

  catch(standIn: unknown): Schema {
    const parse: Run = (payload) => {
      const own: Payload = { value: payload.value, issues: [] };
      this.run(own);
      payload.value = own.issues.length === 0 ? own.value : standIn;
    };
    const { mayBeAbsentAfterwards = false } = this.kind;
    return new Schema(parse, { absence: 'optional', mayBeAbsentAfterwards });
  }

  transform(change: (value: unknown, context: { addIssue(issue: object): void }) => unknown): Schema {
    const parse: Run = (payload) => {
      this.run(payload);
      if (payload.issues.length === 0) {
        const addIssue = (issue: object) => void payload.issues.push({ path: [], message: messageOf(issue) });
        payload.value = change(payload.value, { addIssue });
      }
    };
    return new Schema(parse, { absence: this.kind.absence });
  }

  pick(mask: Readonly<Record<string, true>>): Schema {
    const { shape = {} } = this.kind;
    return object(Object.fromEntries(Object.keys(mask).map((name) => [name, shape[name] ?? unknown()])));
  }

  /** A list that is too long is not looked into. */
  #cappedAt(most: number): Schema {
    const parse: Run = (payload) => {
      const { value, issues } = payload;
      if (Array.isArray(value) && value.length > most) {
        issues.push({ path: [], message: outOfBounds(value, 'big', `<=${most}`), continue: false });
      } else {
        this.#parse(payload);
      }
    };
    return new Schema(parse, LIST, this.#checks);
  }

  #with(check: Check): Schema {
    return new Schema(this.#parse, this.kind, [...this.#checks, check]);
  }

  #must(holds: (value: unknown) => unknown, message: () => string): Schema {
    return this.#with({
      run: ({ value, issues }) => void (holds(value) || issues.push({ path: [], message: message(), continue: true })),
    });
  }

  #bounded(bound: number, holds: (size: number) => boolean, too: 'small' | 'big', sign: string): Schema {
    const isNumber = this.kind === NUMBER;
    const run: Run = ({ value, issues }) => {
      const size = isNumber ? (value as number) : lengthOf(value as string | readonly unknown[], bound);
      if (!holds(size)) {
        issues.push({ path: [], message: outOfBounds(value, too, `${sign}${bound}`), continue: true });
      }
    };
    return this.#with(isNumber ? { run } : { run, ofLength: true });
  }
}

const NUMBER: Kind = {};

const LIST: Kind = {};

export function unknown(): Schema {
  return new Schema(() => {});
}

export function string(): Schema {
  return new Schema(ofType('string', (value) => typeof value === 'string'));
}

export function boolean(): Schema {
  return new Schema(ofType('boolean', (value) => typeof value === 'boolean'));
}

export function number(): Schema {
  return new Schema(ofType('number', Number.isFinite), NUMBER);
}

export const coerce = {
  number(): Schema {
    const isNumber = ofType('number', Number.isFinite);
    const parse: Run = (payload) => {
      try {
        payload.value = Number(payload.value);
      } catch {
        // It stays what it is, which is no number.
      }
      isNumber(payload);
    };
    return new Schema(parse, NUMBER);
  },
};

export function int(): Schema {
  const isSafe: Check = {
    run({ value, issues }) {
      if (!Number.isInteger(value)) {
        issues.push({ path: [], message: expected('int', value), continue: false });
      } else if (!Number.isSafeInteger(value)) {
        const [too, bound] =
          (value as number) > 0
            ? (['big', `<=${Number.MAX_SAFE_INTEGER}`] as const)
            : (['small', `>=${Number.MIN_SAFE_INTEGER}`] as const);
        issues.push({ path: [], message: outOfBounds(INT, too, bound), continue: true });
      }
    },
  };
  return new Schema(ofType('number', Number.isFinite), NUMBER, [isSafe]);
}

/** One value, or any of a list. */
export function literal(wanted: unknown, message?: string): Schema {
  return oneOf(Array.isArray(wanted) ? wanted : [wanted], message);
}

function oneOf(values: readonly unknown[], message = expectedOneOf(values)): Schema {
  const known = new Set<unknown>(values);
  return new Schema(({ value, issues }) => void (known.has(value) || issues.push({ path: [], message })));
}

/** A URL that may have white space around it, which goes. */
export function url(): Schema {
  const check: Run = (payload) => {
    const trimmed = String(payload.value).trim();
    if (URL.canParse(trimmed)) {
      payload.value = trimmed.replace(/[\t\n\r]/g, '');
    } else {
      payload.issues.push({ path: [], message: 'Invalid URL', continue: true });
    }
  };
  return new Schema(
    ofType('string', (value) => typeof value === 'string'),
    {},
    [{ run: check }],
  );
}

const DATE =
  '(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8])))';

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?';

const OFFSET = '[+-](?:[01]\\d|2[0-3]):[0-5]\\d';

export const iso = {
  datetime({ offset = false } = {}): Schema {
    const pattern = new RegExp(`^${DATE}T${TIME}(?:Z${offset ? `|${OFFSET}` : ''})$`);
    return string().regex(pattern, 'Invalid ISO datetime');
  },
};

export function array(element: Schema): Schema {
  const parse: Run = (payload) => {
    const { value, issues } = payload;
    if (!Array.isArray(value)) {
      issues.push({ path: [], message: expected('array', value) });
      return;
    }
    payload.value = value.map((each: unknown, index) => {
      const own: Payload = { value: each, issues: [] };
      element.run(own);
      take(issues, index, own.issues);
      return own.value;
    });
  };
  return new Schema(parse, LIST);
}

/** Its own enumerable members but `__proto__`, as zod has them. */
export function record(name: Schema, member: Schema): Schema {
  return new Schema((payload) => {
    const { value, issues } = payload;
    if (!isObject(value) || !isPlain(value)) {
      issues.push({ path: [], message: expected('record', value) });
      return;
    }
    const members: Record<string, unknown> = {};
    payload.value = members;
    for (const [key, each] of Object.entries(value)) {
      if (key === '__proto__') {
        continue;
      }
      if (!name.safeParse(key).success) {
        issues.push({ path: [key], message: 'Invalid key in record' });
        continue;
      }
      const own: Payload = { value: each, issues: [] };
      member.run(own);
      take(issues, key, own.issues);
      members[key] = own.value;
    }
  });
}

export function object(shape: Shape): Schema {
  const members = Object.entries(shape);
  const parse: Run = (payload) => {
    const { value, issues } = payload;
    if (!isObject(value)) {
      issues.push({ path: [], message: expected('object', value) });
      return;
    }
    const parsed: Record<string, unknown> = {};
    payload.value = parsed;
    for (const [name, schema] of members) {
      parseMember(schema, name, value, parsed, issues);
    }
  };
  return new Schema(parse, { shape });
}

function parseMember(
  schema: Schema,
  name: string,
  from: Readonly<Record<string, unknown>>,
  into: Record<string, unknown>,
  issues: Issue[],
): void {
  const { absence, mayBeAbsentAfterwards = false } = schema.kind;
  const isPresent = name in from;
  if (!isPresent && mayBeAbsentAfterwards) {
    return;
  }
  const own: Payload = { value: from[name], issues: [] };
  schema.run(own);
  take(issues, name, own.issues);
  if (!isPresent && absence === undefined) {
    if (own.issues.length === 0) {
      issues.push({ path: [name], message: expected('nonoptional', undefined) });
    }
  } else if (own.value !== undefined || isPresent || absence === 'defaulted') {
    into[name] = own.value;
  }
}

/** Of an error, as zod words it. */
export function prettifyError({ issues }: { readonly issues: readonly Issue[] }): string {
  return issues
    .toSorted((one, other) => one.path.length - other.path.length)
    .map(({ path, message }) => (path.length === 0 ? `✖ ${message}` : `✖ ${message}\n  → at ${dotPath(path)}`))
    .join('\n');
}

function dotPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** What a transform returns that has found an issue. */
export const NEVER = undefined;

export { oneOf as enum };

function take(into: Issue[], step: PropertyKey, issues: readonly Issue[]): void {
  for (const issue of issues) {
    issue.path.unshift(step);
    into.push(issue);
  }
}

function ofType(name: string, isOfType: (value: unknown) => boolean): Run {
  return ({ value, issues }) => {
    if (!isOfType(value)) {
      issues.push({ path: [], message: expected(name, value) });
    }
  };
}

function hasLength(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

/** Of a text its characters, as code points: never more than units, and counted only where that may decide. */
function lengthOf(value: string | readonly unknown[], bound: number): number {
  const { length } = value;
  return typeof value !== 'string' || length < bound || length > 2 * bound ? length : [...value].length;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
