/**
 * What a tenant fills in for a destination, and the check of what was filled in. A form is data, so that the API can serve it
 * and the console can draw it. The format of the destination decides how the values are rendered.
 */
import type { SeverityLevel } from '../finding/severity.ts';
import { templateRefusal } from './template/compile-template.ts';

/** What people want a destination for: what they browse by. */
export const DESTINATION_USES = ['siem', 'soar', 'chat', 'ticketing', 'own'] as const;

export type DestinationUse = (typeof DESTINATION_USES)[number];

export interface DestinationForm {
  /** Of the destination, as in the catalogue. */
  readonly id: string;
  readonly title: string;
  /** One sentence on what it does. */
  readonly summary: string;
  readonly use: DestinationUse;
  readonly url: UrlField;
  /** The threshold of a new webhook, until the tenant chooses another. */
  readonly defaultMinSeverity: SeverityLevel;
  /** Kept in the open. */
  readonly options: readonly FormField[];
  /** Kept in the webhook's secret: write-only. */
  readonly credentials: readonly FormField[];
  /** URLs that people paste by mistake, in addition to what is refused for every webhook. The first that fits speaks. */
  readonly wrongUrls: readonly WrongUrl[];
}

export interface WrongUrl {
  readonly example: string;
  /** A regular expression for host, port if it is not 443, path and query: `discord.com/channels/1/2`. */
  readonly at: string;
  /** A sentence or two on what it is and what to paste instead. */
  readonly refusal: string;
}

export interface UrlField {
  readonly label: string;
  readonly help: string;
  readonly example: string;
}

export type FormField = TextField | ChoiceField | TemplateField;

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

/** The template of a body: a JSON document with placeholders. */
export interface TemplateField extends FieldBasics {
  readonly kind: 'template';
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

/** Why the destination does not take the URL; undefined if it does. */
export function urlRefusal(
  { wrongUrls }: Pick<DestinationForm, 'wrongUrls'>,
  { host, pathname, search }: URL,
): string | undefined {
  const address = `${host}${pathname}${search}`;
  return wrongUrls.find(({ at }) => new RegExp(at, 'u').test(address))?.refusal;
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
