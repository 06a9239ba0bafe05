/**
 * What a simulated vendor is: a destination as its documentation describes it, with what it demands of a request and how
 * it responds. It shares no code with the formats, so that the two can be compared. Nothing here was tried on a live
 * vendor, and nothing of it is deployed.
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

/** Accepts a request that keeps the vendor's rules, refuses any other in the vendor's words, and remembers what it accepted. */
export type Receive = (request: VendorRequest) => VendorResponse;

export interface Vendor {
  /** The id of the destination. */
  readonly id: string;
  /** With an empty memory. */
  create(): Receive;
  /** The status with which it accepts a request. */
  readonly accepted: number;
  /** The response to a sender without permission. */
  readonly refusal: VendorResponse;
  /** The response that asks the sender to wait. */
  readonly limit: VendorResponse;
  /** How long `limit` asks to wait, if it says so elsewhere than in `Retry-After`. */
  readonly limitSeconds?: number;
  /** What it says about how fast it takes requests: the page of the destination shows it beside the pace of our format. */
  readonly rate: VendorRate;
  /** A 2xx that does not mean accepted; absent if every 2xx does. */
  readonly falseSuccess?: VendorResponse;
  /** What it and what stands before it may say, and what that means: the page of the destination has them as a table. */
  readonly responses: readonly MeantResponse[];
  /** How we know all of this: the page of the destination says so. */
  readonly evidence: VendorEvidence;
  /** Where it issues access tokens; absent if it issues none. A request for a token is no part of a delivery. */
  readonly tokenPath?: RegExp;
  readonly demo: VendorDemo;
}

export interface VendorRate {
  /** Sentences for the customer: what is published, or why there is nothing to keep to. */
  readonly published: string;
  readonly source: string;
  /**
   * `read`: in the vendor's own documentation. `reported`: by others, or by its staff outside the documentation.
   * `unpublished`: no figure holds for every customer, so the format keeps no pace.
   */
  readonly sureness: 'read' | 'reported' | 'unpublished';
  /** The limit that no sender may exceed, where there is one to count against. */
  readonly most?: { readonly requests: number; readonly seconds: number };
}

/** None of it is the vendor's service itself, on which nothing was tried. */
export interface VendorEvidence {
  /** Where it is written, as its readers find it. */
  readonly documentation: string;
  /** Packages of npm, dependencies of this project, with which the destination's tests compare requests. */
  readonly comparedWith?: readonly string[];
  /** Packages that `test/validators/` asks about requests with the longest and most hostile texts. */
  readonly validatedBy?: readonly string[];
  /** Real software that a request was once sent to. */
  readonly triedWith?: string;
}

export interface MeantResponse {
  readonly response: VendorResponse;
  /** A sentence for the customer. */
  readonly meaning: string;
  readonly isDelivered: boolean;
  /** The webhook's options, where the meaning depends on them. */
  readonly options?: Readonly<Record<string, string>>;
  /** Real software that gave this response; absent if it is by the documentation alone. */
  readonly seenWith?: string;
}

/** The webhook to the vendor that the demo connects: what a tenant would fill in. */
export interface VendorDemo {
  /** What the tenant calls it. */
  readonly name: string;
  /** Path and query at the vendor. */
  readonly path: string;
  /** The first response to each delivery is then the vendor's false success. */
  readonly startsWithFalseSuccess?: true;
  readonly options?: Readonly<Record<string, string>>;
  /** `receiverUrl` is the origin of the demo receiver, for a vendor whose tokens come from another URL. */
  readonly credentials?: (receiverUrl: string) => Readonly<Record<string, string>>;
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

/** The name and password of basic authentication; undefined if the request has none. */
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
