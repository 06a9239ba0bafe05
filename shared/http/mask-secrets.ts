/**
 * A receiver's response may echo our request: before it is stored, logged or shown, every secret in it is masked. The
 * text is decoded rather than the secrets encoded, so that the work depends on the length of the text alone.
 */
import { BoundedCache } from '../runtime/bounded-cache.ts';
import { type ByteView, viewOf } from './byte-view.ts';
import { base64Views, hexViews } from './decode-runs.ts';
import { createNeedleFinder, type NeedleFinder } from './needle-finder.ts';
import { MAX_ESCAPE_LAYERS, MIN_SECRET_CHARACTERS, needlesOf } from './secret-needles.ts';
import { unescapeView } from './unescape.ts';

/** Secrets made ready to be found. */
export type PreparedSecrets =
  | { readonly kind: 'prepared'; readonly finder: NeedleFinder }
  /** There are more of them than can be looked for: nothing of a response may be shown. */
  | { readonly kind: 'too-many' };

export interface Masked {
  readonly text: string;
  /** What it took, however long it took: bounded by the length of the text. */
  readonly comparisons: number;
}

const MASK = '***';

/** Stands for the whole text where it cannot be masked. */
export const WITHHELD = '(withheld: this webhook has more secrets than can be masked in a response)';

/**
 * Equal are the cases of a letter; blank, `+` and `-`, and `/` and `_`, as base64 for URLs and forms exchange them.
 */
const FOLDING = createFolding({ '+': ' ', '-': ' ', _: '/' });

export function prepareSecrets(secrets: readonly string[]): PreparedSecrets {
  const needles = needlesOf(secrets);
  return needles === undefined
    ? { kind: 'too-many' }
    : { kind: 'prepared', finder: createNeedleFinder(needles, FOLDING) };
}

/** Those of some thousand webhooks with a few secrets each, and of seven with the most that there may be. */
const MAX_PREPARED_BYTES = 16 * 1024 * 1024;

/** What an entry takes besides its finder, roughly. */
const ENTRY_BYTES = 1_024;

const prepared = new BoundedCache<object | string, PreparedSecrets>(MAX_PREPARED_BYTES);

/** Prepares the secrets of a version once. `version` is the very object that holds them, or the one secret itself. */
export function prepareOnce(version: object | string, secretsOf: () => readonly string[]): PreparedSecrets {
  const known = prepared.get(version);
  if (known !== undefined) {
    return known;
  }
  const fresh = prepareSecrets(secretsOf());
  const bytes = fresh.kind === 'prepared' ? fresh.finder.memoryBytes : 0;
  prepared.set(version, fresh, ENTRY_BYTES + bytes);
  return fresh;
}

/**
 * The first `maxBytes` of a text in UTF-8, with every secret in it masked, in whichever encoding an echo shows it. A text
 * that goes on behind them may be cut within a secret: the part of it that is there is masked as well.
 */
export function maskBeginning(text: string, maxBytes: number, secrets: readonly PreparedSecrets[]): Masked {
  const finders = secrets.flatMap((prepared) => (prepared.kind === 'prepared' ? [prepared.finder] : []));
  if (finders.length < secrets.length && text !== '') {
    return { text: WITHHELD, comparisons: 0 };
  }
  const buffer = new Uint8Array(maxBytes);
  const { read, written } = new TextEncoder().encodeInto(text, buffer);
  const bytes = buffer.subarray(0, written);
  const masks = new Masks(bytes);
  let comparisons = 0;
  const shortestBytes = Math.min(...finders.map((finder) => finder.shortestBytes));
  for (const view of viewsOf(viewOf(bytes, read < text.length), shortestBytes)) {
    for (const finder of finders) {
      comparisons += finder.find(view, masks.cover, masks.coverRest);
    }
  }
  return { text: masks.apply(), comparisons };
}

/** The text in every reading that may show a secret of so many bytes. */
function* viewsOf(text: ByteView, minBytes: number): Generator<ByteView> {
  for (const view of unescapedViews(text, MAX_ESCAPE_LAYERS)) {
    yield view;
    yield* hexViews(view, minBytes);
    for (const decoded of base64Views(view, minBytes)) {
      // JSON with escapes of its own is a usual thing to be found in base64.
      yield* unescapedViews(decoded, 1);
    }
  }
}

/** The view as it stands, and with one layer of escapes after the other undone as long as there are any. */
function* unescapedViews(text: ByteView, layers: number): Generator<ByteView> {
  let view: ByteView | undefined = text;
  for (let layer = 0; view !== undefined; layer += 1) {
    yield view;
    view = layer < layers ? unescapeView(view) : undefined;
  }
}

class Masks {
  readonly #bytes: Uint8Array;
  /** By the place where it begins, where the furthest mask from there ends. */
  readonly #endByStart: Int32Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#endByStart = new Int32Array(bytes.length);
  }

  readonly cover = (start: number, end: number): void => {
    this.#endByStart[start] = Math.max(this.#endByStart[start] ?? 0, end);
  };

  /** Fewer characters prove nothing: any text may end with the first letter of a secret. */
  readonly coverRest = (start: number): void => {
    if (this.#bytes.length - start >= MIN_SECRET_CHARACTERS) {
      this.cover(start, this.#bytes.length);
    }
  };

  /** Masks that overlap become one. */
  apply(): string {
    const decoder = new TextDecoder();
    let text = '';
    let shownFrom = 0;
    let at = 0;
    while (at < this.#bytes.length) {
      let end = this.#endByStart[at] ?? 0;
      if (end === 0) {
        at += 1;
        continue;
      }
      text += decoder.decode(this.#bytes.subarray(shownFrom, at)) + MASK;
      for (at += 1; at < end; at += 1) {
        end = Math.max(end, this.#endByStart[at] ?? 0);
      }
      shownFrom = end;
    }
    return text + decoder.decode(this.#bytes.subarray(shownFrom));
  }
}

function createFolding(equals: Readonly<Record<string, string>>): Uint8Array {
  const folding = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
  for (const [from, to] of Object.entries(equals)) {
    folding[from.charCodeAt(0)] = to.charCodeAt(0);
  }
  return folding;
}
