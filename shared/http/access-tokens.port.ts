/** Access tokens for destinations that take no lasting credential. */

import type { TenantId } from '../runtime/ids.ts';
import type { TokenRequest } from './access-token.ts';
import type { NoResponse, NoResponseCause, ReceiverResponse, TokenCause } from './attempt-outcome.ts';

export type TokenOutcome =
  | {
      readonly kind: 'issued';
      readonly value: string;
      /** It was kept from before; the destination may meanwhile have stopped taking it. */
      readonly isKept: boolean;
      /** What it took to get it. */
      readonly millis: number;
    }
  | {
      readonly kind: 'refused';
      readonly error: Extract<NoResponse, 'no-token' | 'url-refused' | 'address-refused'>;
      /** The issuer's, if it answered. */
      readonly response?: ReceiverResponse;
      readonly millis: number;
      /** Why the issuer did not respond, or gave no token. */
      readonly cause?: NoResponseCause | TokenCause;
      readonly code?: string;
    };

export interface AccessTokens {
  /**
   * A kept token, or a new one from the issuer within `deadlineMillis`. Whatever the issuer does is an outcome. A token
   * is never given to another tenant, nor for other credentials than those it was issued for.
   */
  obtain(tenantId: TenantId, request: TokenRequest, deadlineMillis: number): Promise<TokenOutcome>;
  /** The destination does not take `value`: it is not given out again. */
  forget(tenantId: TenantId, request: TokenRequest, value: string): void;
}
