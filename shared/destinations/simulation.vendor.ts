/**
 * A destination as its documentation describes it: what it demands of a request, and what it answers. It shares no code
 * with the formats, so that the two can be compared; nothing here was tried on a live vendor.
 */
import type * as z from 'zod';

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface VendorResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Vendor {
  /** The id of the format that speaks to it. */
  readonly formatId: string;
  /** Takes a request that keeps all its rules, and refuses any other in its own words; remembers what it took. */
  receive(request: VendorRequest): VendorResponse;
  /** The status with which it takes a request. */
  readonly accepted: number;
  /** What it says to somebody who may not post. */
  readonly refusal: VendorResponse;
  /** How it asks to be left alone for a while. */
  readonly limit: VendorResponse;
  /** A 2xx that does not mean accepted; absent where every 2xx does. */
  readonly falseSuccess?: VendorResponse;
}

export function json(statusCode: number, body: object, headers: Readonly<Record<string, string>> = {}): VendorResponse {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function text(statusCode: number, body: string, headers: Readonly<Record<string, string>> = {}): VendorResponse {
  return { statusCode, headers: { 'content-type': 'text/plain', ...headers }, body };
}

export type Reading<Body> =
  | { readonly kind: 'read'; readonly body: Body }
  | { readonly kind: 'broken'; readonly why: string };

export function readJson<Body>(schema: z.ZodType<Body>, body: string): Reading<Body> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: 'broken', why: 'not JSON' };
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { kind: 'read', body: parsed.data }
    : {
        kind: 'broken',
        why: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      };
}

/** The name and password of basic authentication; undefined if it is not that. */
export function readBasic({
  headers,
}: VendorRequest): { readonly name: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers['authorization'] ?? '') ?? [];
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  return name === undefined || password === undefined ? undefined : { name, password };
}

export function isJson({ headers }: VendorRequest): boolean {
  return /^application\/json\b/.test(headers['content-type'] ?? '');
}
