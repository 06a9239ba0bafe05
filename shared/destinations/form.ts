/**
 * What a tenant fills in for a destination. A form is data, so that the API can serve it and the console can draw it. The
 * format of the destination decides how the values are rendered; what was filled in is checked in `field-check.ts`.
 */
import type { SeverityLevel } from '../finding/severity.ts';

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
  /** Whether a webhook may send the access token of an OAuth client of its own. Credentials are then not needed. */
  readonly takesAccessToken?: true;
  /** Whether its receiver can answer a challenge, which the tenant may ask for before alerts are turned on. */
  readonly takesChallenge?: true;
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

/** The credentials that must be given beside an OAuth client, or without one. */
export function credentialFields({ credentials }: DestinationForm, hasOauth: boolean): readonly FormField[] {
  return hasOauth ? credentials.map((field) => ({ ...field, required: false })) : credentials;
}

/** Why the destination does not take the URL; undefined if it does. */
export function urlRefusal(
  { wrongUrls }: Pick<DestinationForm, 'wrongUrls'>,
  { host, pathname, search }: URL,
): string | undefined {
  const address = `${host}${pathname}${search}`;
  return wrongUrls.find(({ at }) => new RegExp(at, 'u').test(address))?.refusal;
}
