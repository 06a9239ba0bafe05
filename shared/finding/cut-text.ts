/**
 * Cuts a text to what a receiver takes: between characters as a reader sees them, and with a mark that something is
 * missing. What counts against the limit, and how the text is escaped, is the caller's.
 */
const MARK = '…';

/** A letter may carry any number of accents; what is longer than this in UTF-16 units is cut like any other text. */
const LONGEST_GRAPHEME_UNITS = 64;

/**
 * The text if it fits; else its longest beginning that fits together with the mark. `fits` is asked about the text as
 * it stands, so it counts as the receiver does: escaped, encoded, inside its sentence. What is longer must not fit better.
 */
export function cutToFit(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) {
    return text;
  }
  let fitting = 0;
  let tooLong = text.length;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(marked(text, outsidePair(text, middle)))) {
      fitting = middle;
    } else {
      tooLong = middle;
    }
  }
  return marked(text, outsideGrapheme(text, outsidePair(text, fitting)));
}

/**
 * Counts UTF-16 units, as JavaScript, Java and .NET do. That is never less than the number of code points, so the limit
 * also holds for receivers that count those.
 */
export function cutToCharacters(text: string, maxCharacters: number): string {
  return cutToFit(text, (candidate) => candidate.length <= maxCharacters);
}

/** Counts bytes in UTF-8. */
export function cutToBytes(text: string, maxBytes: number): string {
  return cutToFit(text, (candidate) => Buffer.byteLength(candidate) <= maxBytes);
}

/** Counts the bytes that the text takes as a JSON string, escapes included, quotes not. */
export function cutToJsonBytes(text: string, maxBytes: number): string {
  return cutToFit(text, (candidate) => Buffer.byteLength(JSON.stringify(candidate)) - '""'.length <= maxBytes);
}

function marked(text: string, units: number): string {
  return `${text.slice(0, units)}${MARK}`;
}

function outsidePair(text: string, units: number): number {
  const isInsidePair = (text.codePointAt(units - 1) ?? 0) > 0xffff;
  return isInsidePair ? units - 1 : units;
}

function outsideGrapheme(text: string, units: number): number {
  // Made here, because the first one loads 30 ms worth of tables and most findings need no cut.
  const start = new Intl.Segmenter('en').segment(text).containing(units)?.index ?? units;
  return units - start <= LONGEST_GRAPHEME_UNITS ? start : units;
}
