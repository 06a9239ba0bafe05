/** What every schema of the subset can do: parse, check, be optional, stand in, transform. The kinds of schemas are in `zod-subset.ts`. */
import { messageOf, outOfBounds } from './zod-subset-messages.ts';

export interface Issue {
  readonly path: PropertyKey[];
  readonly message: string;
  /** False: nothing else is checked. Absent: no check but that of a length. */
  readonly continue?: boolean;
}

export interface Payload {
  value: unknown;
  readonly issues: Issue[];
}

export type Run = (payload: Payload) => void;

export interface Check {
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

export type Shape = Readonly<Record<string, Schema>>;

type Parsed =
  | { readonly success: true; readonly data: unknown; readonly error?: undefined }
  | { readonly success: false; readonly data?: undefined; readonly error: { readonly issues: readonly Issue[] } };

export class Schema {
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

export const NUMBER: Kind = {};

export const LIST: Kind = {};

function hasLength(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value);
}

/** Of a text its characters, as code points: never more than units, and counted only where that may decide. */
function lengthOf(value: string | readonly unknown[], bound: number): number {
  const { length } = value;
  return typeof value !== 'string' || length < bound || length > 2 * bound ? length : [...value].length;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
