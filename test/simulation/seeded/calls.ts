/**
 * A call from an invocation to something outside it. It takes a moment, may fail before or after it is applied, and may be
 * the last thing that the worker does; what a dead worker waits for never comes.
 */

import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { TenantId } from '../../../shared/runtime/ids.ts';
import type { SecretReference, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import type { WriteOutcome } from '../../../shared/webhook/webhook-store.port.ts';
import type { Invocation } from './invocation.ts';
import type { SimulatedDependency } from './kinds.ts';
import type { SimulatedAccount } from './simulated-account.ts';

export interface Call<Value> {
  readonly dependency: SimulatedDependency;
  readonly operation: string;
  readonly apply: () => Value | Promise<Value>;
  /** What else may become of it: some entries are left out, or the SDK repeats a write whose response was lost. */
  readonly special?: 'left-out' | 'looks-like-conflict';
  readonly applySpecial?: () => Value | Promise<Value>;
}

/** A conditional write of a row. The SDK repeats one whose response was lost, and it then meets what it has written itself. */
export function rowWrite({ mishaps }: SimulatedAccount, apply: () => WriteOutcome): Call<WriteOutcome> {
  return {
    dependency: 'delivery-log',
    operation: 'write a row',
    apply,
    special: 'looks-like-conflict',
    applySpecial: () => {
      apply();
      mishaps.saw('delivery-log: lost response looks like a conflict');
      return apply();
    },
  };
}

export function secretRead(
  { secrets }: SimulatedAccount,
  tenantId: TenantId,
  reference: SecretReference,
): Call<WebhookSecret> {
  return {
    dependency: 'secret-store',
    operation: 'read a version',
    apply: () => secrets.read(tenantId, reference),
  };
}

export async function makeCall<Value>(
  account: SimulatedAccount,
  invocation: Invocation,
  { dependency, operation, apply, special, applySpecial }: Call<Value>,
): Promise<Value> {
  const { clock, random, mishaps, ledger } = account;
  const fail = (what: string): never => {
    ledger.faultMet(invocation, what);
    throw new DependencyUnavailable(dependency, operation, new Error('simulated'));
  };
  if (invocation.isOver) {
    return never();
  }
  const isLast = invocation.spendCall();
  const fate = mishaps.fateOf(dependency, special);
  await clock.sleep(mishaps.latencyMillis());
  // A request of a worker that dies meanwhile may have left it or not.
  if (invocation.isOver && random.chance(0.5)) {
    return never();
  }
  if (isLast && random.chance(0.5)) {
    invocation.die('crash before an effect');
    return never();
  }
  if (fate === 'refused') {
    return fail(`${dependency} refuses to ${operation}`);
  }
  const value = await (fate === special && applySpecial !== undefined ? applySpecial() : apply());
  if (isLast) {
    invocation.die('crash after an effect');
    return never();
  }
  await clock.sleep(mishaps.latencyMillis());
  if (invocation.isOver) {
    return never();
  }
  return fate === 'answer-lost' ? fail(`the response of ${dependency} to ${operation} is lost`) : value;
}

export function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}
