/** Whether what was filled in for a destination may be stored: the same in the API and in the console, before it is sent. */
import type { ChoiceField, FormField, TextField } from './form.ts';
import { templateRefusal } from './template/compile-template.ts';

export type FieldCheck =
  | { readonly kind: 'accepted'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly issues: readonly FieldIssue[] };

export interface FieldIssue {
  readonly field: string;
  /** One sentence for the user; never the value, which may be a secret. */
  readonly message: string;
}

/** An empty value counts as none: a form in a browser sends one for a blank field. */
export function checkFields(fields: readonly FormField[], given: Readonly<Record<string, string>>): FieldCheck {
  const filledIn = new Map(Object.entries(given).filter(([, value]) => value !== ''));
  const unknown = [...filledIn.keys()]
    .filter((name) => !fields.some((field) => field.name === name))
    .map((field) => ({ field, message: 'This format has no such field.' }));
  const broken = fields.flatMap((field) => {
    const message = refusalOf(field, filledIn.get(field.name));
    return message === undefined ? [] : [{ field: field.name, message }];
  });
  const issues = [...unknown, ...broken];
  return issues.length > 0 ? { kind: 'refused', issues } : { kind: 'accepted', values: valuesOf(fields, filledIn) };
}

function valuesOf(fields: readonly FormField[], filledIn: ReadonlyMap<string, string>) {
  return Object.fromEntries(
    fields.flatMap(({ name, default: fallback }) => {
      const value = filledIn.get(name) ?? fallback;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function refusalOf(field: FormField, value: string | undefined): string | undefined {
  const { label, required, maxCharacters } = field;
  if (value === undefined) {
    return required && field.default === undefined ? `${label} is required.` : undefined;
  }
  if (field.kind === 'template') {
    return templateRefusal(value);
  }
  // In a header such a character would start another header. A lone surrogate cannot be written as UTF-8.
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    return `${label} must not contain line breaks or other control characters.`;
  }
  if ([...value].length > maxCharacters) {
    return `${label} must not be longer than ${maxCharacters} characters.`;
  }
  return field.kind === 'choice' ? choiceRefusal(field, value) : patternRefusal(field, value);
}

function choiceRefusal({ label, choices }: ChoiceField, value: string): string | undefined {
  return choices.some((choice) => choice.value === value)
    ? undefined
    : `${label} must be one of: ${choices.map((choice) => choice.value).join(', ')}.`;
}

function patternRefusal({ pattern }: TextField, value: string): string | undefined {
  return pattern === undefined || new RegExp(`^(?:${pattern.source})$`, 'v').test(value) ? undefined : pattern.refusal;
}
