/** The GET routes of the configuration API that API Gateway lets anyone ask, as it writes them. They name no secret. */
export const OPEN_ROUTES = ['/v1/openapi.json', '/v1/addresses.json', '/v1/jwks/{tenantId}/{webhookId}'] as const;
