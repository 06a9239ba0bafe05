/** The GET routes of the configuration API that API Gateway lets anyone ask, as it writes them. They name no secret. */
export const OPEN_ROUTES = ['/v1/openapi.json', '/v1/addresses.json', '/v1/jwks/{tenantId}/{webhookId}'] as const;

/** Of stages that send notices by e-mail: what a reader of a mail does without an account. Tokens stand in body or query, not in the path. */
export const MAIL_ROUTES = [
  { method: 'POST', path: '/v1/notices/confirm' },
  { method: 'POST', path: '/v1/notices/unsubscribe' },
  { method: 'GET', path: '/v1/notices/unsubscribe' },
] as const;
