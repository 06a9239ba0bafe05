/** The value of an `Authorization` header with a name and a password (RFC 7617), in UTF-8. */
export function basicAuthorization(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`;
}
