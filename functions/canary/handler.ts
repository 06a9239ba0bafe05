/** By the clock it publishes a finding; at its own address it receives the delivery of it. */
import type { CanaryDependencies } from './dependencies.ts';
import { type ProbeEvent, probe } from './probe.ts';
import { type ReceivedRequest, type Response, receive } from './receive.ts';

export type CanaryEvent = ProbeEvent | ReceivedRequest;

export function createHandler(deps: CanaryDependencies) {
  return async (event: CanaryEvent): Promise<Response | undefined> => {
    try {
      if ('receiverUrl' in event) {
        await probe(deps, event);
        return undefined;
      }
      return await receive(deps, event);
    } finally {
      deps.telemetry.flush();
    }
  };
}
