/**
 * The condition of a write, as data: a small language about one stored item. `holds` is its meaning in memory;
 * `condition.dynamo.ts` translates it for DynamoDB. It knows no table and no subject.
 */

/** What a field can be compared with. Lists and maps cannot be. */
export type Scalar = string | number | boolean;

type FieldOf<Item> = keyof Item & string;

/** A comparison of one field with a value of the type that the field has. */
type Comparison<Kind extends string, Item, Value extends Scalar> = {
  readonly [Field in FieldOf<Item>]-?: {
    readonly kind: Kind;
    readonly field: Field;
    readonly value: Extract<Item[Field], Value>;
  };
}[FieldOf<Item>];

/** A field that the item lacks is equal to nothing, different from nothing and at most nothing: it is only missing. */
export type Condition<Item extends object = Readonly<Record<string, Scalar>>> =
  /** There is no item. */
  | { readonly kind: 'absent' }
  /** There is an item. */
  | { readonly kind: 'present' }
  | { readonly kind: 'missing'; readonly field: FieldOf<Item> }
  | { readonly kind: 'has'; readonly field: FieldOf<Item> }
  | Comparison<'equals', Item, Scalar>
  | Comparison<'differs', Item, Scalar>
  | Comparison<'at-most', Item, number>
  | { readonly kind: 'all'; readonly of: Several<Condition<Item>> }
  | { readonly kind: 'any'; readonly of: Several<Condition<Item>> };

type Several<Part> = readonly [Part, ...Part[]];

export const ABSENT = { kind: 'absent' } as const;
export const PRESENT = { kind: 'present' } as const;

export function missing<Field extends string>(field: Field) {
  return { kind: 'missing', field } as const;
}

export function has<Field extends string>(field: Field) {
  return { kind: 'has', field } as const;
}

export function equals<Field extends string, Value extends Scalar>(field: Field, value: Value) {
  return { kind: 'equals', field, value } as const;
}

export function differs<Field extends string, Value extends Scalar>(field: Field, value: Value) {
  return { kind: 'differs', field, value } as const;
}

export function atMost<Field extends string>(field: Field, value: number) {
  return { kind: 'at-most', field, value } as const;
}

export function all<Parts extends Several<Condition>>(...of: Parts) {
  return { kind: 'all', of } as const;
}

export function any<Parts extends Several<Condition>>(...of: Parts) {
  return { kind: 'any', of } as const;
}

/** Whether the condition holds for what is stored; undefined where nothing is. */
export function holds(condition: Condition, item: object | undefined): boolean {
  switch (condition.kind) {
    case 'absent':
      return item === undefined;
    case 'present':
      return item !== undefined;
    case 'missing':
      return storedIn(item, condition.field) === undefined;
    case 'has':
      return storedIn(item, condition.field) !== undefined;
    case 'equals':
      return storedIn(item, condition.field) === condition.value;
    case 'differs': {
      const value = storedIn(item, condition.field);
      return value !== undefined && value !== condition.value;
    }
    case 'at-most': {
      const value = storedIn(item, condition.field);
      return typeof value === 'number' && value <= condition.value;
    }
    case 'all':
      return condition.of.every((part) => holds(part, item));
    case 'any':
      return condition.of.some((part) => holds(part, item));
  }
}

function storedIn(item: object | undefined, field: string): unknown {
  return item !== undefined && Object.hasOwn(item, field) ? Reflect.get(item, field) : undefined;
}
