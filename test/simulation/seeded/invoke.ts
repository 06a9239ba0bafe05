/** Runs a function once, from its call to its response, its death or its timeout. */
import type { DeliveryMessage } from '../../../shared/delivery/delivery.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { Invocation } from './invocation.ts';
import type { SimulatedAccount } from './simulated-account.ts';

/** Undefined if the invocation did not live to answer. */
export async function invoke<Value>(
  account: SimulatedAccount,
  name: string,
  messages: readonly DeliveryMessage[],
  run: (invocation: Invocation) => Promise<Value>,
): Promise<Value | undefined> {
  const { clock, mishaps, ledger } = account;
  account.invocations += 1;
  const ended = Promise.withResolvers<Value | undefined>();
  const invocation = new Invocation(
    `${name}-${account.invocations}`,
    clock,
    messages,
    { callsUntilCrash: mishaps.callsUntilCrash(), skewMillis: mishaps.skewMillis() },
    (death) => {
      mishaps.saw(death);
      ledger.died(invocation, death);
      ended.resolve(undefined);
    },
  );
  const cancelTimeout = clock.schedule(invocation.remainingMillis, () =>
    invocation.die('killed at the function timeout'),
  );
  account.atWork += 1;
  run(invocation).then(ended.resolve, (error: unknown) => {
    // Without its list there is nothing for reconcile to do; the others must answer for each message or request.
    if (name !== 'reconcile' || !(error instanceof DependencyUnavailable)) {
      ledger.violate(name, `the handler threw: ${error instanceof Error ? error.stack : error}`);
    }
    ended.resolve(undefined);
  });
  const value = await ended.promise;
  account.atWork -= 1;
  cancelTimeout();
  invocation.end();
  return value;
}
