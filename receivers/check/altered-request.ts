/** What a party in between could make of a signed request. */
import type { CheckRequest } from './send-request.ts';

export function changed(request: CheckRequest, change: (body: string) => string): CheckRequest {
  return { ...request, body: change(request.body) };
}

export function without(request: CheckRequest, names: RegExp): CheckRequest {
  const kept = Object.entries(request.headers).filter(([name]) => !names.test(name));
  return { ...request, headers: Object.fromEntries(kept) };
}

export function mapHeaders(request: CheckRequest, change: (name: string, value: string) => string): CheckRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, change(name, value)]);
  return { ...request, headers: Object.fromEntries(headers) };
}

export function refreshed(request: CheckRequest): CheckRequest {
  const now = String(Math.floor(Date.now() / 1000));
  return mapHeaders(request, (name, value) =>
    name === 'webhook-timestamp' ? now : value.replace(/^t=\d+/, `t=${now}`),
  );
}
