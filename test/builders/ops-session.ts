/** An operator at the embedded engines: what the command said, and when it is interrupted. */
import { localClientSettings } from '../../local/aws/local-aws.ts';
import type { OpsSession } from '../../scripts/ops/session.ts';
import type { Engines } from '../fakes/local-engines.ts';

export interface OpsSessionRecord extends OpsSession {
  readonly said: string[];
  readonly noted: string[];
  readonly interrupted: AbortController;
}

export function anOpsSession({ endpointUrl, tables }: Pick<Engines, 'endpointUrl' | 'tables'>): OpsSessionRecord {
  const said: string[] = [];
  const noted: string[] = [];
  const interrupted = new AbortController();
  return {
    said,
    noted,
    interrupted,
    findResources: async () => ({
      stageName: 'local',
      clientSettings: localClientSettings(endpointUrl),
      configTable: tables.config,
      deliveryLog: tables.deliveryLog,
      secretPrefix: 'thalian-webhooks/local/',
      urlRules: { allowedCidrs: [], ownHosts: [] },
    }),
    say: (text) => void said.push(text),
    note: (text) => void noted.push(text),
    interruption: () => interrupted.signal,
  };
}
