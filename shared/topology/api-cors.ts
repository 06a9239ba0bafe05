/** What a page of another origin may send to the API and read of its responses: the same in AWS and on one machine. */

/** Also the only methods that have routes: API Gateway itself answers 404 to any other. */
export const API_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const API_REQUEST_HEADERS = ['authorization', 'content-type', 'if-match', 'idempotency-key'] as const;

/** Every header that the API's document describes. A browser hides from a page what is not listed here (Fetch, CORS). */
export const API_RESPONSE_HEADERS = [
  'etag',
  'location',
  'retry-after',
  'idempotency-replayed',
  'www-authenticate',
] as const;
