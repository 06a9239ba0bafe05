/**
 * Requests that create something, made once however often they are sent under one Idempotency-Key. What is remembered
 * is the id of what comes of it, never the answer: that may hold a secret, which is shown one single time.
 */

import type { RequestName, RequestRecord } from '../../shared/api/api-records.port.ts';
import { hmac } from '../../shared/http/hmac.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { ApiDependencies } from './dependencies.ts';
import { done, type Outcome, refuse } from './outcome.ts';

/** Longer than any invocation: whoever began is not at it any more. */
const TRY_LASTS_MILLIS = 35_000;

export interface IdempotentWork<Value> {
  /** The id of what an earlier try was to bring about, for another try; or a new one. */
  outcomeId(ofEarlierTry: string | undefined): string;
  /** What has come of it; undefined if nothing has. */
  find(outcomeId: string): Promise<Value | undefined>;
  make(outcomeId: string): Promise<Outcome<Value>>;
}

export interface Idempotent<Value> {
  readonly value: Value;
  /** It had been made before. */
  readonly isReplayed: boolean;
}

type IdempotencyDependencies = Pick<ApiDependencies, 'requests' | 'cursorKey' | 'clock'>;

/** `name` is undefined if the caller gave no key: then every request is one of its own. */
export async function idempotent<Value>(
  deps: IdempotencyDependencies,
  tenantId: TenantId,
  name: RequestName | undefined,
  body: object,
  work: IdempotentWork<Value>,
): Promise<Outcome<Idempotent<Value>>> {
  if (name === undefined) {
    return fresh(await work.make(work.outcomeId(undefined)));
  }
  const { requests, clock } = deps;
  const record: RequestRecord = {
    fingerprint: await fingerprintOf(deps, body),
    outcomeId: work.outcomeId(undefined),
    isDone: false,
    begunAt: clock.now(),
  };
  const known = await requests.begin(tenantId, name, record);
  // Our own record, if the first answer to writing it was lost.
  if (known === undefined || known.outcomeId === record.outcomeId) {
    return make(deps, tenantId, name, record.outcomeId, work);
  }
  if (known.fingerprint !== record.fingerprint) {
    return refuse('idempotency-key-reused', 'This key belongs to a request with another body. Choose a new key.');
  }
  const found = await work.find(known.outcomeId);
  if (found !== undefined) {
    await requests.finish(tenantId, name);
    return done({ value: found, isReplayed: true });
  }
  if (known.isDone) {
    return refuse('not-found', 'What this request once created is gone. Choose a new key to create another.');
  }
  const outcomeId = work.outcomeId(known.outcomeId);
  const isLatestTryOver = clock.now() - known.begunAt >= TRY_LASTS_MILLIS;
  if (isLatestTryOver && (await requests.beginAgain(tenantId, name, known, { ...record, outcomeId }))) {
    return make(deps, tenantId, name, outcomeId, work);
  }
  return refuse('request-in-progress', 'Wait for its answer, or send it again in a while.', {
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

/** Keyed, as the body may hold a secret that somebody could guess. */
async function fingerprintOf({ cursorKey }: IdempotencyDependencies, body: object): Promise<string> {
  return hmac(await cursorKey.read(), 'request', JSON.stringify(body)).toString('base64url');
}
