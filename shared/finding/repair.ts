/** One repair of a finding, and the repairs that several fields share: of a text, an id, a link. */
import type { Affected } from './affected.ts';
import type { Finding } from './finding.ts';
import { readsAsText, respellLink } from './finding-link.ts';
import { asText, fitId, fitText } from './repair-text.ts';

/** The fields that can be repaired. A repair names one of them and never what it holds: it ends up in logs. */
export type RepairedField =
  | Exclude<keyof Finding, 'severity'>
  | 'severity.level'
  | 'severity.score'
  | `affected.${keyof Affected}`
  | 'remediation.summary'
  | 'remediation.url'
  /** Of the event, beside the finding. */
  | 'revision';

/**
 * `respelled`: understood, and written as the contract asks. `cut`: too long. `unicode`: a lone surrogate is replaced.
 * `filled-in`: nothing usable was there. `dropped`: what was there is gone. `moved`: a link's text is in the summary now.
 */
export type RepairKind = 'respelled' | 'cut' | 'unicode' | 'filled-in' | 'dropped' | 'moved';

export interface Repair {
  readonly field: RepairedField;
  readonly kind: RepairKind;
}

export type Note = (field: RepairedField, kind: RepairKind) => void;
export type Members = Readonly<Record<string, unknown>>;

/** What stands where nothing usable was. */
export const UNKNOWN = 'unknown';

/** Undefined if it is neither a text nor a number. */
export function repairId(
  written: unknown,
  field: RepairedField,
  maxCharacters: number,
  note: Note,
): string | undefined {
  return repairBy(fitId, written, field, maxCharacters, note);
}

/** What becomes of the texts of a list that stands in the place of one text. */
export type Fold = (texts: readonly string[]) => string;

/** The same for a text that people read. Without `fold` a list is no text. */
export function repairText(
  written: unknown,
  field: RepairedField,
  maxCharacters: number,
  note: Note,
  fold?: Fold,
): string | undefined {
  if (fold === undefined || !Array.isArray(written)) {
    return repairBy(fitText, written, field, maxCharacters, note);
  }
  const texts = textsOf(written);
  if (texts.length === 0) {
    return undefined;
  }
  const text = fold(texts);
  const isWhole = texts.length === written.length && text.length >= texts.reduce((sum, { length }) => sum + length, 0);
  note(field, isWhole ? 'respelled' : 'dropped');
  return repairBy(fitText, text, field, maxCharacters, note);
}

/** The texts of a list, without those that say nothing. */
export function textsOf(written: readonly unknown[]): readonly string[] {
  return written.flatMap((entry) => asText(entry) || []);
}

function repairBy(
  shorten: (text: string, maxCharacters: number) => string,
  written: unknown,
  field: RepairedField,
  maxCharacters: number,
  note: Note,
): string | undefined {
  const text = asText(written);
  if (text === undefined) {
    return undefined;
  }
  const fitting = shorten(text, maxCharacters);
  if (fitting !== written) {
    note(field, kindOf(written, text));
  }
  return fitting;
}

function kindOf(written: unknown, text: string): RepairKind {
  if (text !== written) {
    return 'respelled';
  }
  return text.isWellFormed() ? 'cut' : 'unicode';
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

export function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/**
 * The link, or the text of what is none and helps a reader all the same. Of a list the first that is a link, and the rest as
 * text, one below the other: products have lists of references, and commands among them.
 */
export function repairLink(
  written: unknown,
  field: RepairedField,
  isTaken: (link: string) => boolean,
  note: Note,
): { readonly url?: string; readonly text: string } {
  if (written === undefined) {
    return { text: '' };
  }
  const links = (Array.isArray(written) ? textsOf(written) : [written]).map((link) =>
    typeof link === 'string' ? respellLink(link) : '',
  );
  const url = links.find(isTaken);
  const others = url === undefined ? links : links.toSpliced(links.indexOf(url), 1);
  const texts = others.filter((text) => isTaken(text) || readsAsText(text));
  if (url !== undefined && url !== written) {
    note(field, 'respelled');
  }
  if (texts.length > 0) {
    note(field, 'moved');
  }
  if (texts.length < others.length || (url === undefined && texts.length === 0)) {
    note(field, 'dropped');
  }
  return { ...(url !== undefined && { url }), text: texts.join('\n') };
}
