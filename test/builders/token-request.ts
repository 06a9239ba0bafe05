import type { TokenRequest } from '../../shared/http/access-token.ts';

export function aTokenRequest(overrides: Partial<TokenRequest> = {}): TokenRequest {
  return {
    tokenUrl: 'https://login.example/directory/oauth2/v2.0/token',
    clientId: 'client-of-acme',
    clientSecret: 'secret-of-acme',
    scope: 'https://monitor.example/.default',
    ...overrides,
  };
}
