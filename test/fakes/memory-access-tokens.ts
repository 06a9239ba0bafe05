import type { AccessToken, TokenRequest } from '../../shared/http/access-token.ts';
import type { AccessTokens, TokenOutcome } from '../../shared/http/access-tokens.port.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { ManualClock } from './manual-clock.ts';

const RENEW_AFTER_MILLIS = 55 * 60_000;

/** Issues `token-1`, `token-2` and so on, each good for an hour. */
export class MemoryAccessTokens implements AccessTokens {
  readonly #clock: ManualClock;
  readonly #kept = new Map<string, AccessToken>();
  /** What was asked of the issuer. */
  readonly asked: TokenRequest[] = [];
  /** While set, the issuer gives this instead of a token. */
  refusal: Extract<TokenOutcome, { kind: 'refused' }> | undefined;

  constructor(clock = new ManualClock()) {
    this.#clock = clock;
  }

  async obtain(tenantId: TenantId, request: TokenRequest): Promise<TokenOutcome> {
    const key = keyOf(tenantId, request);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#clock.now() < kept.renewAt) {
      return { kind: 'issued', value: kept.value, isKept: true, millis: 0 };
    }
    this.asked.push(request);
    if (this.refusal !== undefined) {
      return this.refusal;
    }
    const value = `token-${this.asked.length}`;
    this.#kept.set(key, { value, renewAt: this.#clock.now() + RENEW_AFTER_MILLIS });
    return { kind: 'issued', value, isKept: false, millis: 7 };
  }

  forget(tenantId: TenantId, request: TokenRequest, value: string): void {
    const key = keyOf(tenantId, request);
    if (this.#kept.get(key)?.value === value) {
      this.#kept.delete(key);
    }
  }
}

function keyOf(tenantId: TenantId, request: TokenRequest): string {
  return JSON.stringify([tenantId, request]);
}
