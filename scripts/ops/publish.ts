/** `npm run ops -- publish`: one finding event, from a file or a sample. */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { optional, readOneOf, readTenantId, readText } from '../../local/command-line.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { DETAIL_TYPES } from '../../shared/finding/lifecycle.schema.ts';
import { FINDING_EVENTS, type FindingEventName } from '../../shared/finding/lifecycle.ts';
import { trialFinding } from '../../shared/finding/sample-finding.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import { parseJson } from '../../shared/runtime/parse-json.schema.ts';
import { FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, runCommand } from './command.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run ops -- publish (--file F | --tenant T [--severity LEVEL] [--finding ID]) [--event E] [--revision N] [--apply] [--bus B] [--stage S]

  --file F          the event's detail as JSON: {"tenantId": …, "finding": {…}}
  --tenant T        a sample finding for this tenant instead
  --severity LEVEL  of the sample (default: high)
  --finding ID      of the sample (default: a new one): for a later event of a finding that was published
  --event E         detected (default), updated, resolved or reopened
  --revision N      in the place of the detail's own
  --bus B           an imported bus (default: the stage's own)
  --apply           publish it; without, it is only checked and shown`;

export function publish(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    file: { type: 'string' },
    tenant: { type: 'string' },
    severity: { type: 'string', default: 'high' },
    finding: { type: 'string' },
    event: { type: 'string', default: 'detected' },
    revision: { type: 'string' },
    bus: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const severity = readOneOf('severity', values.severity, SEVERITY_LEVELS);
    const tenantId = optional(readTenantId, 'tenant', values.tenant);
    const bus = optional(readText, 'bus', values.bus);
    const event = readOneOf('event', values.event, FINDING_EVENTS);
    const findingId = optional(readText, 'finding', values.finding);
    const revision = optional(readRevision, 'revision', values.revision);
    const detail = withRevision(detailOf(values.file, tenantId, severity, findingId), revision);
    await put(detail, event, bus, values.apply, connect, session);
  });
}

async function put(
  detail: string,
  event: FindingEventName,
  bus: string | undefined,
  isApplied: boolean,
  connect: () => Promise<StageResources>,
  { say }: OpsSession,
): Promise<void> {
  // What the service would set aside is refused here, where the operator can still correct it.
  const parsed = parseFindingEvent(
    `{"detail-type":${JSON.stringify(DETAIL_TYPES[event])},"detail":${detail}}`,
    Date.now(),
  );
  if (parsed.kind === 'rejected') {
    throw new Error(`This is no finding event: ${parsed.reason}.`);
  }
  if (parsed.repairs.length > 0) {
    const repairs = parsed.repairs.map(({ field, kind }) => `${field} ${kind}`).join(', ');
    say(`The service will repair it (docs/publishing-findings.md): ${repairs}.`);
  }
  const { stageName, clientSettings, configTable } = await connect();
  const webhooks = createDynamoWebhookStore(new DynamoDBClient(clientSettings), configTable);
  if ((await webhooks.list(parsed.tenantId)).length === 0) {
    say(`${parsed.tenantId} has no webhook in ${stageName}: the finding goes nowhere.`);
  }
  const busName = bus ?? physicalName(stageName, 'findings');
  if (!isApplied) {
    say(`Would put ${DETAIL_TYPES[event]} on ${busName}; add --apply to do it:\n${detail}`);
    return;
  }
  const client = new EventBridgeClient(clientSettings);
  const entry = { EventBusName: busName, Source: FINDING_SOURCE, DetailType: DETAIL_TYPES[event], Detail: detail };
  const { Entries: [response] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (response?.ErrorCode !== undefined) {
    throw new Error(`${busName} refused the event: ${response.ErrorMessage ?? response.ErrorCode}`);
  }
  say(`${stageName}: finding ${parsed.finding.id} of ${parsed.tenantId} is on ${busName} (${response?.EventId}).`);
}

function readRevision(option: string, text: string): number {
  const revision = Number(text);
  if (!Number.isSafeInteger(revision) || revision < 1) {
    throw new Error(`--${option} takes a whole number from 1 up, not ${text}.`);
  }
  return revision;
}

/** A detail that is no object is left to the parser, which refuses it in its words. */
function withRevision(detail: string, revision: number | undefined): string {
  const parsed = parseJson(detail);
  return revision === undefined || parsed.kind === 'rejected' || typeof parsed.value !== 'object'
    ? detail
    : JSON.stringify({ ...parsed.value, revision });
}

function detailOf(
  file: string | undefined,
  tenantId: string | undefined,
  severity: string,
  findingId: string | undefined,
): string {
  if (file === undefined && tenantId !== undefined) {
    return JSON.stringify(sampleDetail(tenantId, severity, findingId));
  }
  if (file === undefined || tenantId !== undefined) {
    throw new Error('Either --file or --tenant, and not both: see --help.');
  }
  return readJson(file);
}

/** Returns it as it was written, without the mark that some editors begin a file with. */
function readJson(file: string): string {
  const words = (error: unknown) => (error instanceof Error ? error.message : String(error));
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`--file takes a file with a finding event: ${words(error)}`);
  }
  // Otherwise a tenant's people would read replacement characters.
  if (!isUtf8(bytes)) {
    throw new Error(`--file takes a file in UTF-8: ${file} is not in UTF-8.`);
  }
  const text = new TextDecoder().decode(bytes);
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Error(`--file takes a file with a finding event: ${file} is not JSON: ${words(error)}.`);
  }
  return text;
}

/** Unchecked: the parser refuses a tenant or a level that does not exist. */
function sampleDetail(tenantId: string, level: string, id = `fnd_sample_${randomBytes(6).toString('hex')}`) {
  const trial = trialFinding({
    id,
    title: 'A sample finding by the platform team',
    detectedAt: new Date().toISOString(),
  });
  return { tenantId, finding: { ...trial, severity: { level, score: 50 } } };
}
