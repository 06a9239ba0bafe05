/**
 * A tar archive (POSIX ustar) whose bytes follow from its files alone: no owner, no time, always the same order. Two people who
 * pack the same files can compare their hashes.
 */

const BLOCK_BYTES = 512;
const MAX_PATH_BYTES = 100;

/** `rw-r--r--`. */
const FILE_MODE = 0o644;
/** Some installers take a file of the year 1970 for a mistake. */
const MODIFIED_AT_SECONDS = Date.UTC(2026, 0, 1) / 1_000;

export interface PackedFile {
  /** With `/` between folders. */
  readonly path: string;
  readonly bytes: Buffer;
}

export function tarOf(files: readonly PackedFile[]): Buffer {
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  const entries = sorted.flatMap(({ path, bytes }) => [headerOf(path, bytes.length), bytes, paddingOf(bytes.length)]);
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function headerOf(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new Error(`${path} is longer than a header of tar takes.`);
  }
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(path, 0);
  header.write(octal(FILE_MODE, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(MODIFIED_AT_SECONDS, 12), 136);
  // The sum counts its own place as spaces.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  return header;
}

/** Ends with NUL. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function paddingOf(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}
