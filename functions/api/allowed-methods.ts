/** Which methods a path has: the `allow` header of the response to another one (RFC 9110, 15.5.6). */

export interface DeclaredRoute {
  /** `ALL` for a middleware. */
  readonly method: string;
  /** Segments that begin with a colon take any value. */
  readonly path: string;
}

export function methodsAt(routes: readonly DeclaredRoute[], path: string): readonly string[] {
  const segments = path.split('/');
  const methods = routes.filter((route) => route.method !== 'ALL' && fits(route, segments)).map(({ method }) => method);
  return [...new Set(methods)].sort();
}

function fits({ path }: DeclaredRoute, segments: readonly string[]): boolean {
  const declared = path.split('/');
  return (
    declared.length === segments.length &&
    declared.every((name, index) => (name.startsWith(':') ? segments[index] !== '' : name === segments[index]))
  );
}
