/** As receivers get it: a text or a name with NUL has the replacement character in its place. */
export function withoutNul(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.split('\u0000').join('\ufffd');
  }
  if (Array.isArray(value)) {
    return value.map(withoutNul);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [withoutNul(name), withoutNul(inner)]))
    : value;
}
