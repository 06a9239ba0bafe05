/** What every request's body must be, before its route's own schema looks at it: not too long, JSON, and Unicode text. */
import { createMiddleware } from 'hono/factory';
import { UNSUBSCRIBE_PATH } from '../../shared/mail/mail-pages.ts';
import type { Json } from '../../shared/runtime/canonical-json.ts';
import { type ApiEnv, unwrap } from './http.ts';
import { refuse, refuseFields } from './outcome.ts';

/** The longest request that makes sense, 20 headers of 2 KB with the rest, leaves room. */
const MAX_BODY_BYTES = 64 * 1024;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

export const NOT_JSON = refuse('not-json', 'Send the body as JSON, with content-type: application/json.');

export const NOT_UNICODE = refuse(
  'invalid-json',
  'A text in the body has half of a surrogate pair, which is no Unicode character (RFC 8259, section 8.2).',
);

export const checkBody = createMiddleware<ApiEnv>(async (context, next) => {
  const body = await context.req.raw.clone().arrayBuffer();
  if (body.byteLength > MAX_BODY_BYTES) {
    unwrap(refuse('body-too-large', `A request's body has at most ${MAX_BODY_BYTES} bytes.`));
  }
  // A mail program sends a form to it (RFC 8058, 3.1), which says nothing that the path does not.
  if (context.req.path === UNSUBSCRIBE_PATH) {
    return next();
  }
  if (body.byteLength > 0 && !JSON_TYPE.test(context.req.header('content-type') ?? '')) {
    unwrap(NOT_JSON);
  }
  if (hasOddLength(Buffer.from(body).toString('utf8'))) {
    unwrap(refuseFields([{ field: 'length', message: 'No member named length may be an object or a list.' }]));
  }
  await next();
});

/**
 * zod compares the `length` of whatever has one, also where it asked for a text. An object that cannot become a number breaks
 * the comparison, and the request would fail as a fault of ours.
 */
function hasOddLength(text: string): boolean {
  let isOdd = false;
  try {
    JSON.parse(text, (name, value: unknown) => {
      isOdd ||= name === 'length' && typeof value === 'object' && value !== null;
      return value;
    });
  } catch {
    // What is no JSON is refused as that.
  }
  return isOdd;
}

/** Of a route whose body is optional: a client that always names a media type sends no body all the same. */
export const emptyBodyIsNone = createMiddleware<ApiEnv>(async (context, next) => {
  const { raw } = context.req;
  const body = await raw.clone().arrayBuffer();
  if (body.byteLength === 0) {
    const headers = new Headers(raw.headers);
    headers.delete('content-type');
    context.req.raw = new Request(raw.url, { method: raw.method, headers });
  }
  await next();
});

/** DynamoDB keeps strings as UTF-8, which has no half of a surrogate pair; nor has a canonical form (RFC 8785, 3.2.2.2). */
export function isUnicode(json: Json | undefined): boolean {
  if (typeof json === 'string') {
    return json.isWellFormed();
  }
  return typeof json !== 'object' || json === null || Object.entries(json).flat().every(isUnicode);
}
