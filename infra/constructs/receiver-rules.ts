/** Where the functions that call receivers may send to: the same for deliveries and for test sends. */
import type { Stage } from '../stages.ts';

/** Live stages leave two of the variables unset, which means: public addresses and public roots only. */
export function receiverRules(stage: Stage, ownHosts: readonly string[]) {
  const rules = { OWN_HOSTS: ownHosts.join(',') };
  return stage.kind === 'test'
    ? { ...rules, ALLOWED_CIDRS: stage.allowedCidrs.join(','), EXTRA_CA_PEM: stage.extraCaPem }
    : rules;
}
