/**
 * What a tenant fills in to use a format, and the check of what was filled in. How the values are rendered is the
 * format's (`domain/formats/`); the whole is data, so that the API can serve it and a form be drawn from it.
 */
import type { SeverityLevel } from '../finding/severity.ts';

export interface FormatContract {
  /** The format's. */
  readonly id: string;
  readonly title: string;
  /** One sentence for the catalogue. */
  readonly summary: string;
  readonly url: UrlField;
  /** What a new webhook's threshold is set to until somebody chooses. */
  readonly defaultMinSeverity: SeverityLevel;
  /** Kept in the open. */
  readonly options: readonly FormatField[];
  /** Kept in the webhook's secret; they go in and never come out again. */
  readonly credentials: readonly FormatField[];
  /** A rule of this destination beside those of every webhook URL: a sentence on what is wrong, or undefined. */
  readonly checkUrl?: (url: URL) => string | undefined;
}

export interface UrlField {
  readonly label: string;
  readonly help: string;
  readonly example: string;
}

export type FormatField = TextField | ChoiceField;

export interface TextField extends FieldBasics {
  readonly kind: 'text';
  readonly pattern?: {
    /** A regular expression for the whole value, as in HTML's `pattern` attribute. */
    readonly source: string;
    /** A sentence on what the value must be. */
    readonly refusal: string;
  };
}

export interface ChoiceField extends FieldBasics {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

interface FieldBasics {
  /** The key in the webhook's options or credentials. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly required: boolean;
  /** Unicode code points. */
  readonly maxCharacters: number;
  /** Taken when nothing is given. */
  readonly default?: string;
  readonly example?: string;
}

export type FieldCheck =
  | { readonly kind: 'accepted'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly issues: readonly FieldIssue[] };

export interface FieldIssue {
  readonly field: string;
  /** One sentence for the user; never the value, which may be a secret. */
  readonly message: string;
}

/** An empty value counts as none: forms send one for what was left blank. */
export function checkFields(fields: readonly FormatField[], given: Readonly<Record<string, string>>): FieldCheck {
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

function valuesOf(fields: readonly FormatField[], filledIn: ReadonlyMap<string, string>) {
  return Object.fromEntries(
    fields.flatMap(({ name, default: fallback }) => {
      const value = filledIn.get(name) ?? fallback;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function refusalOf(field: FormatField, value: string | undefined): string | undefined {
  const { label, required, maxCharacters } = field;
  if (value === undefined) {
    return required && field.default === undefined ? `${label} is required.` : undefined;
  }
  // In a header such a character would begin a header of its own. A lone surrogate cannot be written as UTF-8.
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
