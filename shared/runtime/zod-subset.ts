/**
 * What our schemas use of zod, in a fiftieth of its size: bundling puts it in zod's place (`shared/topology/bundling.ts`) where
 * a cold start must be short. The same values are accepted and refused, with the same output and the same messages;
 * `test/shared/runtime/zod-subset.test.ts` holds it to zod. No file imports it: types and tests are those of zod.
 */
import { expected, expectedOneOf, INT, isPlain, outOfBounds } from './zod-subset-messages.ts';
import {
  type Check,
  type Issue,
  isObject,
  LIST,
  NUMBER,
  type Payload,
  type Run,
  Schema,
  type Shape,
} from './zod-subset-schema.ts';

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

class ObjectSchema extends Schema {
  pick(mask: Readonly<Record<string, true>>): Schema {
    const { shape = {} } = this.kind;
    return object(Object.fromEntries(Object.keys(mask).map((name) => [name, shape[name] ?? unknown()])));
  }
}

export function object(shape: Shape): ObjectSchema {
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
  return new ObjectSchema(parse, { shape });
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
