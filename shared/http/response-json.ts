/** Reads a receiver's response, which may be anything; what is not the JSON that was hoped for is undefined. */

export function parseResponseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  const value = parse(body);
  return isObject(value) ? value : undefined;
}

export function parseResponseList(body: string): readonly unknown[] | undefined {
  const value = parse(body);
  return Array.isArray(value) ? value : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some gateways put a byte order mark before it, which a reader may ignore (RFC 8259, 8.1). */
function parse(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
