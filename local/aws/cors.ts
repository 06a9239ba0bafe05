/** Which pages may call the API from a browser: any that this machine itself serves. */
import { API_METHODS, API_REQUEST_HEADERS, API_RESPONSE_HEADERS } from '../../shared/topology/api-cors.ts';
import type { HttpResponse } from './http-response.ts';

const HOSTS = ['localhost', '127.0.0.1'];
const PREFLIGHT_VALID_SECONDS = 300;

/** Answered without asking the function. A page from elsewhere gets it without the headers that would let it in. */
export function preflightResponse(origin: string): HttpResponse {
  const response = withCors({ statusCode: 204, headers: {}, body: '' }, origin);
  const allowed = isAllowed(origin) && {
    'access-control-allow-methods': API_METHODS.join(),
    'access-control-allow-headers': API_REQUEST_HEADERS.join(),
    'access-control-max-age': String(PREFLIGHT_VALID_SECONDS),
  };
  return { ...response, headers: { ...response.headers, ...allowed } };
}

/** What the function itself says about origins counts for nothing, as behind API Gateway. */
export function withCors(response: HttpResponse, origin: string | undefined): HttpResponse {
  const headers = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const vary = [response.headers['vary'] ?? [], 'origin'].flat().join(', ');
  const allowed = isAllowed(origin) && {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': API_RESPONSE_HEADERS.join(),
  };
  return { ...response, headers: { ...Object.fromEntries(headers), vary, ...allowed } };
}

function isAllowed(origin: string | undefined): origin is string {
  const url = URL.parse(origin ?? '');
  return url !== null && ['http:', 'https:'].includes(url.protocol) && HOSTS.includes(url.hostname);
}
