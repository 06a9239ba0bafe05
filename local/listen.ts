/**
 * `npm run listen`: a receiver behind the local system, for the developer of a receiver. It shows every request, says whether
 * it is genuine, hands it on, and replays it. It joins the local system that runs, or starts one; stays up until Ctrl-C.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SAMPLE_FINDING } from '../shared/finding/sample-finding.ts';
import { checkOwnSecret, SECRET_REFUSALS } from '../shared/http/own-secret.ts';
import { formatGeneratedSecret } from '../shared/http/signature.ts';
import { localClientSettings } from './aws/local-aws.ts';
import { namingOption, optional, readOneOf, readOptions, readPort, readText, required } from './command-line.ts';
import { publishLines } from './demo/publish.ts';
import { endWith } from './end-with.ts';
import { DEMO_USERS } from './identity/local-user.ts';
import { describeArrival, describeResponse } from './listen/describe.ts';
import { type ForwardedResponse, forward, readForwardTarget } from './listen/forward-target.ts';
import { connectListener } from './listen/listener-webhook.ts';
import { startListeningReceiver } from './listen/listening-receiver.ts';
import { REPLAYS, type Replay, replayOf } from './listen/replay.ts';
import { createRequestRecord, type RecordedRequest } from './listen/request-record.ts';
import { startLocalSystem } from './local-system.ts';
import {
  LOCAL_FOLDER,
  readStackFile,
  removeStackFile,
  STACK_FILE_NAME,
  type StackDescription,
  writeStackFile,
} from './stack-file.ts';

const TENANTS = [DEMO_USERS.acme.tenantId, DEMO_USERS.globex.tenantId] as const;

const USAGE = `npm run listen -- --tenant T [--forward TARGET] [--port N] [--folder DIR]

  --tenant T        whose findings: ${TENANTS.join(' or ')}
  --forward TARGET  hand each request on to your receiver: a port of this machine, or a URL such as
                    http://localhost:3000/hook; the service gets its response, and retries if it is no success
  --port N          of the listener (default: a free one)
  --folder DIR      of the local system that runs, or of the one to start (default: .local)

The webhook is signed with the secret in WEBHOOK_SECRET, or with a generated one, which is printed.`;

const KEYS = `Type, and press Enter:
  p                 publish a finding of the tenant
  r N               replay request N (or the latest with a webhook-id), signed now, as a later attempt is
  r N as-received   replay it byte for byte; a receiver must refuse it once it is older than the tolerance`;

const LOOK_FOR_SYSTEM_EVERY_MILLIS = 500;

type Tenant = (typeof TENANTS)[number];

interface ListenOptions {
  readonly tenantId: Tenant;
  readonly target: URL | undefined;
  readonly port: number;
  readonly folder: string;
  readonly secret: string;
}

interface ReachedSystem {
  readonly description: StackDescription;
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

/** Undefined if only help is asked for. */
function readListenOptions(): ListenOptions | undefined {
  const values = readOptions({
    tenant: { type: 'string' },
    forward: { type: 'string' },
    port: { type: 'string', default: '0' },
    folder: { type: 'string', default: LOCAL_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    return undefined;
  }
  const ownSecret = process.env['WEBHOOK_SECRET'];
  const refusal = ownSecret === undefined ? undefined : checkOwnSecret(ownSecret);
  if (refusal !== undefined) {
    throw new Error(`WEBHOOK_SECRET: ${SECRET_REFUSALS[refusal]}`);
  }
  return {
    tenantId: required((name, text) => readOneOf(name, text, TENANTS), 'tenant', values.tenant),
    target: optional((_name, text) => readForwardTarget(text), 'forward', values.forward),
    port: readPort('port', values.port),
    folder: readText('folder', values.folder),
    secret: ownSecret ?? formatGeneratedSecret(randomBytes(32)),
  };
}

/** The one that runs, or one of its own without a console. */
async function reachSystem(folder: string): Promise<ReachedSystem> {
  const stackFile = join(folder, STACK_FILE_NAME);
  const running = await readStackFile(stackFile);
  if (running !== undefined) {
    console.log(`Joining the local system of process ${running.pid}.`);
    return { description: running, failure: whenGone(running.pid), stop: async () => {} };
  }
  console.log('No local system is running: starting one, without a console ...');
  const system = await startLocalSystem({ logsFolder: join(folder, 'logs') });
  const stop = () => {
    removeStackFile(stackFile, process.pid);
    return system.stop();
  };
  try {
    if (!(await writeStackFile(stackFile, system.description))) {
      throw new Error('Another local system has just started: run this again to join it.');
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { description: system.description, failure: system.failure, stop };
}

function whenGone(pid: number): Promise<Error> {
  return new Promise((resolve) => {
    const looking = setInterval(() => {
      if (!exists(pid)) {
        clearInterval(looking);
        resolve(new Error('The local system has ended, and with it the webhook: start it again, then this.'));
      }
    }, LOOK_FOR_SYSTEM_EVERY_MILLIS).unref();
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const options = readListenOptions();
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const system = await reachSystem(options.folder);
  const stops: (() => Promise<void>)[] = [system.stop];
  // The last started stops first.
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) {
      await stopOne();
    }
  };
  endWith({ failure: system.failure, stop });
  try {
    await listen(options, system.description, (stopOne) => stops.push(stopOne));
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listen(
  { tenantId, target, port, secret }: ListenOptions,
  description: StackDescription,
  stopWith: (stopOne: () => Promise<void>) => void,
): Promise<void> {
  const record = createRequestRecord(secret);
  const show = (request: Pick<RecordedRequest, 'number'>, response: ForwardedResponse) =>
    console.log(describeResponse(request.number, response, target));
  const receiver = await startListeningReceiver({
    certificate: { cert: description.receiverCert, key: description.receiverKey },
    port,
    record,
    target,
    onRequest: (request) => console.log(`\n${describeArrival(request)}`),
    onResponse: show,
  }).catch((error: unknown) => {
    throw namingOption(error, { port });
  });
  stopWith(receiver.stop);
  const webhook = await connectListener(
    description,
    description.tokens[tenantId],
    `${receiver.url}/${tenantId}`,
    secret,
  );
  stopWith(webhook.remove);
  console.log(`${webhook.webhookId} of ${tenantId} sends to ${receiver.url}/${tenantId}`);
  console.log(
    target === undefined
      ? 'Each request is accepted. To hand it on to your receiver, start with --forward PORT.'
      : `Each request is handed on to ${target.href}, and its response to the service.`,
  );
  console.log(`Your receiver needs: WEBHOOK_SECRET=${secret}\n\n${KEYS}\n`);
  const events = new EventBridgeClient(localClientSettings(description.awsEndpointUrl));
  const actions: Actions = {
    publish: () => publishSample(events, description.findingsBus, tenantId),
    async replay(name, how) {
      const request = record.find(name);
      if (request === undefined || target === undefined) {
        throw new Error(
          target === undefined ? 'Replay where to? Start with --forward PORT.' : `There is no request ${name}.`,
        );
      }
      const replayed = replayOf(request, how, secret, Date.now());
      console.log(`    #${request.number} replayed, ${how}`);
      show(request, await forward(target, replayed));
    },
  };
  await actions.publish();
  createInterface({ input: process.stdin }).on('line', (line) => {
    obey(line, actions).catch((error: unknown) => console.log(error instanceof Error ? error.message : String(error)));
  });
}

interface Actions {
  publish(): Promise<void>;
  replay(name: string, how: Replay): Promise<void>;
}

async function obey(line: string, { publish, replay }: Actions): Promise<void> {
  const [key, name, how = 'signed-now', ...rest] = line.trim().split(/\s+/);
  const replayHow = REPLAYS.find((known) => known === how);
  if (key === 'p' && name === undefined) {
    return publish();
  }
  if (key === 'r' && name !== undefined && replayHow !== undefined && rest.length === 0) {
    return replay(name, replayHow);
  }
  if (key !== '') {
    console.log(KEYS);
  }
}

/** By the bus, as Thalian does: other webhooks of the tenant get it, too. */
async function publishSample(events: EventBridgeClient, bus: string, tenantId: string): Promise<void> {
  const id = `fnd_listen_${randomBytes(6).toString('hex')}`;
  const finding = { ...SAMPLE_FINDING, id, detectedAt: new Date().toISOString() };
  const [published] = await publishLines(events, bus, [{ lineNumber: 1, text: JSON.stringify({ tenantId, finding }) }]);
  console.log(
    published?.refusedBecause === undefined
      ? `Published the finding ${id}.`
      : `The finding was not taken: ${published.refusedBecause}`,
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
