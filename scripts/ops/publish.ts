/** `npm run ops -- publish`: one finding event, from a file or a sample. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run ops -- publish (--file F | --tenant T [--severity LEVEL]) [--apply] [--bus B] [--stage S]

  --file F          the event's detail as JSON: {"tenantId": …, "finding": {…}}
  --tenant T        a sample finding for this tenant instead
  --severity LEVEL  of the sample (default: high)
  --bus B           an imported bus (default: the stage's own)
  --apply           publish it; without, it is only checked and shown`;

export async function publish(args: readonly string[], { findResources, say }: OpsSession): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string' },
      tenant: { type: 'string' },
      severity: { type: 'string', default: 'high' },
      bus: { type: 'string' },
      apply: { type: 'boolean', default: false },
      stage: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return;
  }
  if ((values.file === undefined) === (values.tenant === undefined)) {
    throw new Error(`Either --file or --tenant.\n\n${USAGE}`);
  }
  const detail =
    values.file === undefined
      ? JSON.stringify(sampleDetail(values.tenant ?? '', values.severity))
      : readFileSync(values.file, 'utf8');
  // What the service would set aside is refused here: the operator can still correct it.
  const parsed = parseFindingEvent(`{"detail":${detail}}`, Date.now());
  if (parsed.kind === 'rejected') {
    throw new Error(`This is no finding event: ${parsed.reason}.`);
  }
  const { stageName, clientSettings } = await findResources(values.stage);
  const busName = values.bus ?? physicalName(stageName, 'findings');
  if (!values.apply) {
    say(`Would put on ${busName}; add --apply to do it:\n${detail}`);
    return;
  }
  const client = new EventBridgeClient(clientSettings);
  const entry = { EventBusName: busName, Source: FINDING_SOURCE, DetailType: FINDING_DETAIL_TYPE, Detail: detail };
  const { Entries: [response] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (response?.ErrorCode !== undefined) {
    throw new Error(`${busName} refused the event: ${response.ErrorMessage ?? response.ErrorCode}`);
  }
  say(`${stageName}: finding ${parsed.finding.id} of ${parsed.tenantId} is on ${busName} (${response?.EventId}).`);
}

/** Unchecked: the parser refuses a tenant or a level that does not exist. */
function sampleDetail(tenantId: string, level: string) {
  const id = `fnd_sample_${randomBytes(6).toString('hex')}`;
  const trial = trialFinding({
    id,
    title: 'A sample finding by the platform team',
    detectedAt: new Date().toISOString(),
  });
  return { tenantId, finding: { ...trial, severity: { level, score: 50 } } };
}
