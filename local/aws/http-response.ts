/** What a function returns for an HTTP event (payload format 2.0), as the client gets it. */
import * as z from 'zod';

export interface HttpResponse {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
}

/**
 * AWS also takes a response without a status code, for the body of a 200. No function here responds so; one that does by
 * mistake is to notice.
 */
const responseSchema = z.object({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** Between two hops only (RFC 9110, 7.6.1), or for the server to say. */
const DROPPED_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'content-length'];

/** Undefined if it is no response. */
export function toHttpResponse(response: unknown): HttpResponse | undefined {
  const parsed = responseSchema.safeParse(response);
  if (!parsed.success) {
    return undefined;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    statusCode,
    headers: {
      ...Object.fromEntries(named.filter(([name]) => !DROPPED_HEADERS.includes(name))),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/** As API Gateway words what it answers itself. */
export function gatewayResponse(statusCode: number, message: string): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}
