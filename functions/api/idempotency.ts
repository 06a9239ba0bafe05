/**
 * Carries out a request once, however often it is sent under one Idempotency-Key. The record keeps the id of what the
 * request creates, never the response: the response may hold a secret, which is shown once.
 */

import type { RequestName, RequestRecord } from '../../shared/api/api-records.port.ts';
import { hmac } from '../../shared/http/hmac.ts';
import { canonicalJson, type Json } from '../../shared/runtime/canonical-json.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { ApiDependencies } from './dependencies.ts';
import { done, type Outcome, refuse } from './outcome.ts';

/** Longer than any invocation: the try that began is over. */
export const TRY_LASTS_MILLIS = 35_000;

export interface IdempotentWork<Value> {
  /** The id of what this try creates: never that of an earlier try, which may have been deleted since. */
  newOutcomeId(): string;
  /** Takes away what an earlier try has left without creating anything. */
  discard?(outcomeId: string): Promise<unknown>;
  /** What a try has created; undefined if it created nothing. With `isDone` the try is known to have succeeded. */
  find(outcomeId: string, isDone: boolean): Promise<Value | undefined>;
  make(outcomeId: string): Promise<Outcome<Value>>;
}

export interface Idempotent<Value> {
  readonly value: Value;
  /** An earlier request under the same key made it. */
  readonly isReplayed: boolean;
}

type IdempotencyDependencies = Pick<ApiDependencies, 'requests' | 'cursorKey' | 'clock'>;

/** `name` is undefined without a key: then every request is carried out. */
export async function idempotent<Value>(
  deps: IdempotencyDependencies,
  tenantId: TenantId,
  name: RequestName | undefined,
  body: Json,
  work: IdempotentWork<Value>,
): Promise<Outcome<Idempotent<Value>>> {
  if (name === undefined) {
    return fresh(await work.make(work.newOutcomeId()));
  }
  const { requests, clock } = deps;
  const record: RequestRecord = {
    fingerprint: await fingerprintOf(deps, canonicalJson(body)),
    outcomeId: work.newOutcomeId(),
    isDone: false,
    begunAt: clock.now(),
  };
  const known = await requests.begin(tenantId, name, record);
  // This request's own record: the response to the first write of it was lost.
  if (known === undefined || known.outcomeId === record.outcomeId) {
    return make(deps, tenantId, name, record.outcomeId, work);
  }
  if (known.fingerprint !== record.fingerprint && known.fingerprint !== (await earlierFingerprintOf(deps, body))) {
    return refuse('idempotency-key-reused', 'This key belongs to a request with another body. Choose a new key.');
  }
  const found = await work.find(known.outcomeId, known.isDone);
  if (found !== undefined) {
    await requests.finish(tenantId, name);
    return done({ value: found, isReplayed: true });
  }
  if (known.isDone) {
    return refuse('not-found', 'What this request once created is gone. Choose a new key to create another.');
  }
  if (clock.now() - known.begunAt >= TRY_LASTS_MILLIS) {
    await work.discard?.(known.outcomeId);
    if (await requests.beginAgain(tenantId, name, known, record)) {
      return make(deps, tenantId, name, record.outcomeId, work);
    }
  }
  return refuse('request-in-progress', 'Wait for its response, or send it again in a while.', {
    retryAfterSeconds: Math.ceil(TRY_LASTS_MILLIS / 1000),
  });
}

async function make<Value>(
  { requests }: IdempotencyDependencies,
  tenantId: TenantId,
  name: RequestName,
  outcomeId: string,
  work: IdempotentWork<Value>,
): Promise<Outcome<Idempotent<Value>>> {
  const made = await work.make(outcomeId);
  await (made.kind === 'done' ? requests.finish(tenantId, name) : requests.forget(tenantId, name));
  return fresh(made);
}

function fresh<Value>(made: Outcome<Value>): Outcome<Idempotent<Value>> {
  return made.kind === 'done' ? done({ value: made.value, isReplayed: false }) : made;
}

/** An HMAC, because the body may hold a secret that can be guessed. */
async function fingerprintOf({ cursorKey }: IdempotencyDependencies, body: string): Promise<string> {
  return hmac(await cursorKey.read(), 'request', body).toString('base64url');
}

/**
 * Version 6493d20 took the members of options, credentials and headers in the order in which they came. A record that it
 * wrote is valid for a day, and recognises the same order only: it does not hold the body to compare.
 */
function earlierFingerprintOf(deps: IdempotencyDependencies, body: Json): Promise<string> {
  return fingerprintOf(deps, JSON.stringify(body));
}
