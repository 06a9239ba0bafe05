/**
 * Decodes what may be base64 or hex anywhere in a text: every run of their characters, begun at every place that decodes
 * to other bytes. So a secret is found in the base64 of a longer text, at whichever of the three alignments it is in.
 */
import { BREAK, type ByteView, ViewWriter } from './byte-view.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EQUALS = 0x3d;

const NO_DIGIT = 255;

/** Of base64 for URLs too. */
const BASE64_DIGITS = digitsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', { '-': 62, _: 63 });
const HEX_DIGITS = digitsOf('0123456789abcdef', { A: 10, B: 11, C: 12, D: 13, E: 14, F: 15 });

/**
 * One view for each place in a group of four characters at which the base64 may begin. Line breaks may stand inside. Runs
 * that decode to less than `minBytes` are passed over: that leaves out the words of prose.
 */
export function base64Views(view: ByteView, minBytes: number): readonly ByteView[] {
  return decodedViews(
    view,
    { digits: BASE64_DIGITS, bitsPerDigit: 6, mayHaveLineBreaks: true },
    [0, 1, 2, 3],
    minBytes,
  );
}

/** One view for each of the two places at which a pair of digits may begin. */
export function hexViews(view: ByteView, minBytes: number): readonly ByteView[] {
  return decodedViews(view, { digits: HEX_DIGITS, bitsPerDigit: 4, mayHaveLineBreaks: false }, [0, 1], minBytes);
}

function decodedViews(view: ByteView, encoding: Encoding, offsets: readonly number[], minBytes: number) {
  const runs = runsOf(view, encoding, Math.ceil((minBytes * 8) / encoding.bitsPerDigit));
  return runs.length === 0 ? [] : offsets.map((skipped) => decodeRuns(view, runs, skipped, encoding));
}

interface Run {
  readonly from: number;
  readonly to: number;
}

interface Encoding {
  readonly digits: Uint8Array;
  readonly bitsPerDigit: number;
  readonly mayHaveLineBreaks: boolean;
}

/** Of so many characters; shorter at the end of a text that is cut off, as the rest may follow. */
function runsOf({ symbols, isCutOff }: ByteView, { digits, mayHaveLineBreaks }: Encoding, minLength: number) {
  const runs: Run[] = [];
  let from = 0;
  for (let at = 0; at < symbols.length; at += 1) {
    const symbol = symbols[at] ?? BREAK;
    if (digits[symbol] === NO_DIGIT && !(mayHaveLineBreaks && isLineBreak(symbol))) {
      if (at - from >= minLength) {
        runs.push({ from, to: at });
      }
      from = at + 1;
    }
  }
  if (symbols.length - from >= (isCutOff ? 1 : minLength)) {
    runs.push({ from, to: symbols.length });
  }
  return runs;
}

function decodeRuns(view: ByteView, runs: readonly Run[], skipped: number, encoding: Encoding): ByteView {
  const { symbols, isCutOff } = view;
  // A byte for each digit at most, and a break behind each run.
  const writer = new ViewWriter(runs.reduce((sum, { from, to }) => sum + to - from + 1, 0));
  for (const run of runs) {
    decodeRun(writer, view, run, skipped, encoding);
    if (run.to < symbols.length || !isCutOff) {
      writer.write(BREAK, 0, 0);
    }
  }
  return writer.view(isCutOff);
}

function decodeRun(
  writer: ViewWriter,
  { symbols, starts, ends }: ByteView,
  { from, to }: Run,
  skipped: number,
  { digits, bitsPerDigit }: Encoding,
): void {
  let toSkip = skipped;
  let bits = 0;
  let bitCount = 0;
  let byteStart = 0;
  let lastDigitAt = from;
  let hasByte = false;
  for (let at = from; at < to; at += 1) {
    const digit = digits[symbols[at] ?? BREAK] ?? NO_DIGIT;
    if (digit === NO_DIGIT) {
      continue;
    }
    lastDigitAt = at;
    if (toSkip > 0) {
      toSkip -= 1;
      continue;
    }
    byteStart = bitCount === 0 ? (starts[at] ?? 0) : byteStart;
    bits = ((bits << bitsPerDigit) | digit) & 0xffff;
    bitCount += bitsPerDigit;
    if (bitCount >= 8) {
      bitCount -= 8;
      writer.write((bits >> bitCount) & 0xff, byteStart, ends[at] ?? 0);
      // What is left of this digit begins the next byte.
      byteStart = starts[at] ?? 0;
      hasByte = true;
    }
  }
  if (hasByte) {
    writer.extendLast(paddingEnd(symbols, ends, lastDigitAt));
  }
}

/** Where the signs end that fill up the last group of base64; the last digit's own end if there are none. */
function paddingEnd(symbols: Uint16Array, ends: Int32Array, lastDigitAt: number): number {
  let at = lastDigitAt;
  while (symbols[at + 1] === EQUALS && at < lastDigitAt + 2) {
    at += 1;
  }
  return ends[at] ?? 0;
}

function isLineBreak(symbol: number): boolean {
  return symbol === LINE_FEED || symbol === CARRIAGE_RETURN;
}

function digitsOf(alphabet: string, synonyms: Readonly<Record<string, number>>): Uint8Array {
  const digits = new Uint8Array(BREAK + 1).fill(NO_DIGIT);
  for (const [value, character] of [...alphabet].entries()) {
    digits[character.charCodeAt(0)] = value;
  }
  for (const [character, value] of Object.entries(synonyms)) {
    digits[character.charCodeAt(0)] = value;
  }
  return digits;
}
