/** Which route of the HTTP API a request takes, of those that infra deploys. */
import { MAIL_ROUTES, OPEN_ROUTES } from '../../shared/topology/open-routes.ts';

export interface Route {
  /** As the event has it. */
  readonly key: string;
  readonly isOpen: boolean;
  /** What `{proxy+}` stands for; undefined where the route has none. */
  readonly proxy?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PREFIX = '/v1/';

const OPEN = [...OPEN_ROUTES.map((path) => ({ method: 'GET', path })), ...MAIL_ROUTES];

/** Undefined if there is none: the function never hears of such requests. */
export function findRoute(method: string, path: string): Route | undefined {
  const open = OPEN.find((route) => route.method === method && isOf(route.path, path));
  if (open !== undefined) {
    return { key: `${method} ${open.path}`, isOpen: true };
  }
  const proxy = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '';
  return METHODS.includes(method) && proxy !== ''
    ? { key: `${method} ${PREFIX}{proxy+}`, isOpen: false, proxy }
    : undefined;
}

/** A variable of a route stands for one segment, which is not empty. */
function isOf(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
}
