/** Where the functions that call receivers may send to: the same for deliveries and for test sends. */
import type { Stage } from '../stages.ts';

/**
 * `ownHosts`, comma-separated, lead back into the service. Live stages leave the other two variables unset, which means:
 * public addresses and public roots only.
 */
export function receiverRules(stage: Stage, ownHosts: string) {
  const rules = { OWN_HOSTS: ownHosts };
  return stage.kind === 'test'
    ? { ...rules, ALLOWED_CIDRS: stage.allowedCidrs.join(','), EXTRA_CA_PEM: stage.extraCaPem }
    : rules;
}
