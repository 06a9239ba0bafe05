/**
 * Makes a text fit the contract: valid Unicode, and within its bound in code points. A text for people is cut with a mark; an
 * id keeps its identity by a hash.
 */
import { createHash } from 'node:crypto';
import { cutToFit } from './cut-text.ts';

/** Between the beginning of an id and the hash of the whole. */
const HASH_MARK = '~';
const HASH_CHARACTERS = 64;

/** Undefined for what is neither text nor a whole number that JSON carries exactly; an id may be written as a number. */
export function asText(written: unknown): string | undefined {
  if (typeof written === 'string') {
    return written;
  }
  return Number.isSafeInteger(written) ? String(written) : undefined;
}

/** On a whole character, with a mark that something is missing. */
export function fitText(text: string, maxCharacters: number): string {
  // What is longer in UTF-16 units than this is too long in any case: a megabyte is not counted again and again.
  const candidate = text.slice(0, (maxCharacters + 1) * 2);
  return cutToFit(candidate.toWellFormed(), (cut) => fits(cut, maxCharacters));
}

/**
 * The id if it fits. Else as much of it as fits before a hash of the whole: two ids never become one, which a cut alone, or
 * the replacement of a lone surrogate, would do.
 */
export function fitId(id: string, maxCharacters: number): string {
  if (id.isWellFormed() && fits(id, maxCharacters)) {
    return id;
  }
  const whole = id.isWellFormed() ? id : JSON.stringify(id);
  const hash = createHash('sha256').update(whole).digest('hex');
  const room = maxCharacters - HASH_MARK.length - HASH_CHARACTERS;
  const beginning = [...id.slice(0, maxCharacters * 2).toWellFormed()].slice(0, room).join('');
  return `${beginning}${HASH_MARK}${hash}`;
}

function fits(text: string, maxCharacters: number): boolean {
  return text.length <= maxCharacters || [...text].length <= maxCharacters;
}
