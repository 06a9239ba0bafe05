/**
 * Reads the bytes of a response as text, in the encoding that its byte order mark or its header states, or else as UTF-8. Read
 * in another than the receiver's, it could not be understood, and an echo of a secret in it would not be masked.
 */
const CHARSET = /;\s*charset\s*=\s*["']?([^\s"';,]+)/i;

export function textOf(bytes: Uint8Array, contentType = ''): string {
  if (bytes.length === 0) {
    return '';
  }
  const text = decode(bytes, markOf(bytes) ?? CHARSET.exec(contentType)?.[1] ?? 'utf-8');
  // UTF-16 and UTF-32 that say nothing of it: every second byte of ASCII is NUL, which is no text in any encoding.
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

const MARKS: readonly (readonly [mark: string, charset: string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** It prevails over the header (Encoding Standard, "decode"). */
function markOf(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.subarray(0, 3)).toString('hex');
  return MARKS.find(([mark]) => beginning.startsWith(mark))?.[1];
}

/** In UTF-8 if nothing of that name is known. */
function decode(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
