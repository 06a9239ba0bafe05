/** Which route of the HTTP API a request takes, of those that infra deploys. */

export interface Route {
  /** As the event has it. */
  readonly key: string;
  readonly isOpen: boolean;
  /** What `{proxy+}` stands for; undefined where the route has none. */
  readonly proxy?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PREFIX = '/v1/';
const OPEN_PATH = '/v1/openapi.json';

/** Undefined if there is none: the function never hears of such requests. */
export function findRoute(method: string, path: string): Route | undefined {
  if (method === 'GET' && path === OPEN_PATH) {
    return { key: `${method} ${path}`, isOpen: true };
  }
  const proxy = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '';
  return METHODS.includes(method) && proxy !== ''
    ? { key: `${method} ${PREFIX}{proxy+}`, isOpen: false, proxy }
    : undefined;
}
