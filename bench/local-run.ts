/** A local system with recording receivers, and one webhook there for each of some tenants: set up, used, taken down. */
import type { LocalAwsOptions } from '../local/aws/local-aws.ts';
import { connectWebhook } from '../local/connect-webhook.ts';
import { LOCAL_ALLOWED_CIDRS, type LocalSystem, startLocalSystem } from '../local/local-system.ts';
import { parseCidrList } from '../shared/http/address.ts';
import type { ChosenPace } from '../shared/webhook/pace.ts';
import { type RecordingReceiver, startRecordingReceiver } from './receiver-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** What measurements need of a local system. */
export interface MeasuredSystem extends Pick<LocalSystem, 'description' | 'stores' | 'failure' | 'stop'> {
  readonly clients: Pick<LocalSystem['clients'], 'dynamo' | 'eventBridge'>;
}

export interface LocalRun {
  readonly system: MeasuredSystem;
  readonly receiver: RecordingReceiver;
  /** Of the tenants that are `apart`: in a process of its own, so that its work takes no time from the other receiver. */
  readonly receiverApart: RecordingReceiver;
}

interface Connections {
  readonly paces?: Readonly<Record<string, ChosenPace>>;
  /** The tenants whose webhooks are at `receiverApart`. */
  readonly apart?: readonly string[];
}

/** The one of this checkout. */
export function thisSystem(aws: LocalAwsOptions = {}): (folder: string) => Promise<MeasuredSystem> {
  return (logsFolder) => startLocalSystem({ logsFolder, aws });
}

export async function withLocalRun<Result>(
  tenantIds: readonly string[],
  start: (folder: string) => Promise<MeasuredSystem>,
  use: (run: LocalRun) => Promise<Result>,
  { paces = {}, apart = [] }: Connections = {},
): Promise<Result> {
  const { path: folder, remove } = makeTemporaryFolder('thalian-bench-');
  const stops: (() => unknown)[] = [remove];
  try {
    const system = await start(folder);
    stops.push(system.stop);
    const { receiverCert: cert, receiverKey: key } = system.description;
    const receiver = await startRecordingReceiver({ cert, key });
    stops.push(receiver.stop);
    const receiverApart = await startRecordingReceiver({ cert, key });
    stops.push(receiverApart.stop);
    for (const tenantId of tenantIds) {
      await connectTo(apart.includes(tenantId) ? receiverApart : receiver, tenantId, paces[tenantId], system);
    }
    const broken = system.failure.then((error) => Promise.reject(error));
    return await Promise.race([use({ system, receiver, receiverApart }), broken]);
  } finally {
    for (const stop of stops.reverse()) {
      await stop();
    }
  }
}

async function connectTo(
  { url }: RecordingReceiver,
  tenantId: string,
  pace: ChosenPace | undefined,
  { stores }: MeasuredSystem,
): Promise<void> {
  const rules = { allowedCidrs: parseCidrList(LOCAL_ALLOWED_CIDRS), ownHosts: [] };
  const request = {
    tenantId,
    webhookId: `wh_${tenantId}`,
    name: `Receiver of ${tenantId}`,
    url: `${url}/${tenantId}`,
    signing: 'generate',
    headers: {},
    alerts: { enabled: true, minSeverity: 'info' },
    ...(pace && { pace }),
  } as const;
  const connected = await connectWebhook(stores, rules, request, 'bench');
  if (connected.kind === 'refused') {
    throw new Error(`The webhook of ${tenantId} was refused: ${connected.because}`);
  }
}
