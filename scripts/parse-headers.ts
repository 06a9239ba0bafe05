/** The headers that a user gives on a command line; whether a webhook may have them is not known here. */

/** Throws, in words for the user, if one is malformed or given twice. Never quotes what may be a secret. */
export function parseHeaders(texts: readonly string[]): Readonly<Record<string, string>> {
  const headers = texts.map(parseHeader);
  const names = new Set<string>();
  for (const [name] of headers) {
    const lowerCase = name.toLowerCase();
    // An object of them would keep the last one and lose the others without a word.
    if (names.has(lowerCase)) {
      throw new Error(`The header ${name} is given twice: case does not tell header names apart.`);
    }
    names.add(lowerCase);
  }
  return Object.fromEntries(headers);
}

function parseHeader(text: string): readonly [name: string, value: string] {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new Error("--header takes 'Name: value'.");
  }
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
