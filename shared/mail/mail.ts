/** One mail to one address: the same in text and in HTML, made of paragraphs and links. */
import { cutToCharacters } from '../finding/cut-text.ts';
import { oneLine } from '../finding/finding-words.ts';
import { escapeHtml } from './mail-words.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Besides those that every mail has. Names and values are ASCII in one line. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A paragraph, or a link with the words before it. */
export type Part = string | { readonly label: string; readonly href: string };

/** RFC 5322, 2.1.1, advises lines of 78; programs fold what is longer, and show about this much of it. */
const SUBJECT_CHARACTERS = 150;

/** RFC 3834: no program is to answer. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated' };

export function composeMail(
  to: string,
  subject: string,
  parts: readonly Part[],
  headers: Readonly<Record<string, string>> = {},
): Mail {
  return {
    to,
    subject: cutToCharacters(oneLine(subject), SUBJECT_CHARACTERS),
    text: `${parts.map(inText).join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body>${parts.map(inHtml).join('')}</body></html>`,
    headers: { ...AUTOMATIC, ...headers },
  };
}

function inText(part: Part): string {
  return typeof part === 'string' ? part : `${part.label}:\n${part.href}`;
}

function inHtml(part: Part): string {
  return typeof part === 'string'
    ? `<p>${escapeHtml(part)}</p>`
    : `<p><a href="${escapeHtml(part.href)}">${escapeHtml(part.label)}</a></p>`;
}
