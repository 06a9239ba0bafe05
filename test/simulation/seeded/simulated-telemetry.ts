/** What the functions say of themselves, kept so that nothing secret can hide in it. A fault that was not simulated ends the run. */
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { Telemetry } from '../../../shared/runtime/telemetry.port.ts';
import type { SimulatedAccount } from './simulated-account.ts';

export function createTelemetry({ said, ledger, mishaps }: SimulatedAccount): Telemetry {
  return {
    attempted: (line) => void said.push(JSON.stringify(line)),
    answered: (line) => void said.push(JSON.stringify(line)),
    count(metric) {
      ledger.revisions.counted += metric === 'delivery.superseded' ? 1 : 0;
      ledger.counted.set(metric, (ledger.counted.get(metric) ?? 0) + 1);
    },
    countByField: () => {},
    warn: (event, fields) => void said.push(JSON.stringify({ event, ...fields })),
    fail(event, fields, error) {
      said.push(JSON.stringify({ event, ...fields, error: String(error) }));
      if (event === 'retry.unqueued') {
        mishaps.saw('person: retries by hand, message lost');
      }
      // Faults are simulated as DependencyUnavailable; anything else is a fault of the handler, or of this simulation.
      if (!(error instanceof DependencyUnavailable)) {
        ledger.violate(String(fields['deliveryId']), `${event}: ${error instanceof Error ? error.stack : error}`);
      }
    },
    flush: () => {},
  };
}
