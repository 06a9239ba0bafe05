/** One repair of a finding, and the repairs that several fields share: of a text, an id, a link. */
import { readsAsText, respellLink } from './finding-link.ts';
import { asText, fitId, fitText } from './repair-text.ts';

/** The fields that can be repaired. A repair names one of them and never what it holds: it ends up in logs. */
export type RepairedField =
  | 'id'
  | 'title'
  | 'severity.level'
  | 'severity.score'
  | 'category'
  | 'url'
  | 'description'
  | 'affected'
  | 'affected.type'
  | 'affected.id'
  | 'affected.name'
  | 'affected.originalType'
  | 'alsoAffected'
  | 'platform'
  | 'platforms'
  | 'attributes'
  | 'detectedAt'
  | 'remediation'
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

/** The same for a text that people read. */
export function repairText(
  written: unknown,
  field: RepairedField,
  maxCharacters: number,
  note: Note,
): string | undefined {
  return repairBy(fitText, written, field, maxCharacters, note);
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

/** The link, or the text of what is none and helps a reader all the same. */
export function repairLink(
  written: unknown,
  field: RepairedField,
  isTaken: (link: string) => boolean,
  note: Note,
): { readonly url?: string; readonly text: string } {
  if (written === undefined) {
    return { text: '' };
  }
  const url = typeof written === 'string' ? respellLink(written) : '';
  if (isTaken(url)) {
    if (url !== written) {
      note(field, 'respelled');
    }
    return { url, text: '' };
  }
  note(field, readsAsText(url) ? 'moved' : 'dropped');
  return { text: readsAsText(url) ? url : '' };
}
