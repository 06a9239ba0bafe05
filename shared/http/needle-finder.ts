/**
 * Finds every one of many byte strings in one pass over a text (Aho and Corasick, 1975): the work depends on the length
 * of the text alone, whatever is looked for. Kept in flat arrays, at 17 bytes for each byte looked for and an object for none.
 */
import { BREAK, type ByteView } from './byte-view.ts';

/** Makes equal what an echo may exchange: both are compared after this. One entry for each byte. */
export type Folding = Uint8Array;

export interface NeedleFinder {
  readonly memoryBytes: number;
  /** The length of the shortest needle; infinite if there is none. */
  readonly shortestBytes: number;
  /**
   * Calls `found` with the place of each needle in the original text. At the end of a text that is cut off, `foundPart`
   * has the place where the longest beginning of a needle begins. Returns how many comparisons it took.
   */
  find(view: ByteView, found: (start: number, end: number) => void, foundPart: (start: number) => void): number;
}

/**
 * The needles' beginnings as a tree, breadth first: the children of a node stand side by side, in order of their bytes.
 * Node 0 is the root.
 */
interface Tree {
  /** The byte that leads to the node. */
  readonly bytes: Uint8Array;
  /** How many bytes lead to it. */
  readonly depths: Int32Array;
  /** Its first child; its last one is before the first child of the next node. */
  readonly children: Int32Array;
  /** By their byte; most steps are taken here. */
  readonly childrenOfRoot: Int32Array;
  /** The node of the longest other beginning with which it ends. */
  readonly fallbacks: Int32Array;
  /** The length of the longest needle with which it ends; 0 for none. */
  readonly matches: Int32Array;
}

const ROOT = 0;
const NONE = -1;

/** No needle may be empty. */
export function createNeedleFinder(needles: readonly Uint8Array[], folding: Folding): NeedleFinder {
  const tree = growTree(sorted(needles, folding));
  return {
    shortestBytes: Math.min(...new Set(needles.map(({ length }) => length))),
    memoryBytes: Object.values(tree).reduce((sum, array: Uint8Array | Int32Array) => sum + array.byteLength, 0),
    find({ symbols, starts, ends, isCutOff }, found, foundPart) {
      const { depths, fallbacks, matches } = tree;
      let comparisons = 0;
      let node = ROOT;
      for (let at = 0; at < symbols.length; at += 1) {
        const symbol = symbols[at] ?? BREAK;
        if (symbol === BREAK) {
          node = ROOT;
          continue;
        }
        const byte = folding[symbol] ?? symbol;
        let next = childOf(tree, node, byte);
        comparisons += 1;
        while (next === NONE && node !== ROOT) {
          node = fallbacks[node] ?? ROOT;
          next = childOf(tree, node, byte);
          comparisons += 1;
        }
        node = Math.max(next, ROOT);
        const matched = matches[node] ?? 0;
        if (matched > 0) {
          found(starts[at - matched + 1] ?? 0, ends[at] ?? 0);
        }
      }
      const depth = depths[node] ?? 0;
      if (isCutOff && depth > 0) {
        foundPart(starts[symbols.length - depth] ?? 0);
      }
      return comparisons;
    },
  };
}

/** Every node has the needles that begin with it side by side in the sorted list: their next bytes are its children. */
function growTree(needles: SortedNeedles): Tree {
  const capacity = needles.bytes.length + 1;
  const bytes = new Uint8Array(capacity);
  const depths = new Int32Array(capacity);
  const children = new Int32Array(capacity + 1);
  const childrenOfRoot = new Int32Array(256).fill(NONE);
  const fallbacks = new Int32Array(capacity);
  const matches = new Int32Array(capacity);
  const tree = { bytes, depths, children, childrenOfRoot, fallbacks, matches };
  /** The node's needles: from its first one to before the one at `to`. */
  const from = new Int32Array(capacity);
  const to = new Int32Array(capacity);
  to[ROOT] = needles.offsets.length - 1;
  let count = 1;

  for (let node = ROOT; node < count; node += 1) {
    const depth = depths[node] ?? 0;
    const end = to[node] ?? 0;
    children[node] = count;
    let at = from[node] ?? 0;
    // Those that end here come first.
    while (at < end && lengthOf(needles, at) === depth) {
      at += 1;
    }
    while (at < end) {
      const first = at;
      const byte = byteOf(needles, first, depth);
      while (at < end && byteOf(needles, at, depth) === byte) {
        at += 1;
      }
      const fallback = node === ROOT ? ROOT : fallbackOf(tree, node, byte);
      if (node === ROOT) {
        childrenOfRoot[byte] = count;
      }
      bytes[count] = byte;
      depths[count] = depth + 1;
      fallbacks[count] = fallback;
      matches[count] = lengthOf(needles, first) === depth + 1 ? depth + 1 : (matches[fallback] ?? 0);
      from[count] = first;
      to[count] = at;
      count += 1;
    }
    children[node + 1] = count;
  }
  return {
    bytes: bytes.slice(0, count),
    depths: depths.slice(0, count),
    children: children.slice(0, count + 1),
    childrenOfRoot,
    fallbacks: fallbacks.slice(0, count),
    matches: matches.slice(0, count),
  };
}

/** One behind the other, each from its offset to that of the next. */
interface SortedNeedles {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

function sorted(unsorted: readonly Uint8Array[], folding: Folding): SortedNeedles {
  const folded = Buffer.concat(unsorted);
  for (let at = 0; at < folded.length; at += 1) {
    folded[at] = folding[folded[at] ?? 0] ?? 0;
  }
  // As strings of one character a byte, because their order is the bytes' and sorting them is faster.
  let end = 0;
  const needles = unsorted.map(({ length }) => {
    end += length;
    return folded.toString('latin1', end - length, end);
  });
  needles.sort();
  const offsets = new Int32Array(needles.length + 1);
  for (const [index, { length }] of needles.entries()) {
    offsets[index + 1] = (offsets[index] ?? 0) + length;
  }
  return { bytes: Buffer.from(needles.join(''), 'latin1'), offsets };
}

function lengthOf({ offsets }: SortedNeedles, needle: number): number {
  return (offsets[needle + 1] ?? 0) - (offsets[needle] ?? 0);
}

/** `at` is within the needle. */
function byteOf({ bytes, offsets }: SortedNeedles, needle: number, at: number): number {
  return bytes[(offsets[needle] ?? 0) + at] ?? 0;
}

function fallbackOf(tree: Tree, parent: number, byte: number): number {
  let node = tree.fallbacks[parent] ?? ROOT;
  let next = childOf(tree, node, byte);
  while (next === NONE && node !== ROOT) {
    node = tree.fallbacks[node] ?? ROOT;
    next = childOf(tree, node, byte);
  }
  return Math.max(next, ROOT);
}

function childOf({ bytes, children, childrenOfRoot }: Tree, node: number, byte: number): number {
  if (node === ROOT) {
    return childrenOfRoot[byte] ?? NONE;
  }
  let low = children[node] ?? 0;
  let high = (children[node + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = bytes[middle] ?? 0;
    if (here === byte) {
      return middle;
    }
    if (here < byte) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return NONE;
}
