/** `npm start`: the whole system on this machine, fed with some sample findings; stays up until Ctrl-C. */
import { join } from 'node:path';
import { adviceFor } from './advice.ts';
import { namingOption, readOptions, readPort, readText } from './command-line.ts';
import { buildConsole } from './console/build-console.ts';
import { readFindingLines } from './demo/findings-file.ts';
import { publishLines } from './demo/publish.ts';
import { connectDemoWebhooks } from './demo-webhooks.ts';
import { endWith } from './end-with.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';
import { makeFolder } from './make-folder.ts';
import { describeLogLine, describeMail, describeRequest } from './narration.ts';
import {
  LOCAL_FOLDER,
  readStackFile,
  removeStackFile,
  STACK_FILE_NAME,
  type StackDescription,
  writeStackFile,
} from './stack-file.ts';

const USAGE = `npm start -- [--port N] [--api-port N] [--console-port N] [--receiver-port N] [--folder DIR] [--hot]

  --port N           of the AWS endpoint (default: a free one)
  --api-port N       of the configuration API (default: a free one)
  --console-port N   of the console (default: a free one)
  --receiver-port N  of the demo receiver (default: a free one)
  --folder DIR       for stack.json and logs (default: .local, where seed and redrive look)
  --hot              serve the console from its sources; open pages follow their changes`;

const EXAMPLES = join(import.meta.dirname, '..', 'examples', 'findings.ndjson');

/** Enough to see every behaviour and a bad line, few enough to read along. */
const SAMPLE_LINES = 8;

/** Exhausting a delivery takes about 10 s; advice given before would scroll away. */
const SAMPLES_END_MILLIS = 12_000;

const TENANTS = ['acme', 'globex'];

interface StartOptions {
  /** By the option that names each. */
  readonly ports: Readonly<Record<'port' | 'api-port' | 'console-port' | 'receiver-port', number>>;
  readonly folder: string;
  readonly isHot: boolean;
}

/** Undefined if only help is asked for. */
function readStartOptions(): StartOptions | undefined {
  const values = readOptions({
    port: { type: 'string', default: '0' },
    'api-port': { type: 'string', default: '0' },
    'console-port': { type: 'string', default: '0' },
    'receiver-port': { type: 'string', default: '0' },
    folder: { type: 'string', default: LOCAL_FOLDER },
    hot: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    return undefined;
  }
  return {
    ports: {
      port: readPort('port', values.port),
      'api-port': readPort('api-port', values['api-port']),
      'console-port': readPort('console-port', values['console-port']),
      'receiver-port': readPort('receiver-port', values['receiver-port']),
    },
    folder: readText('folder', values.folder),
    isHot: values.hot,
  };
}

async function main(): Promise<void> {
  const options = readStartOptions();
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  const { folder, isHot, ports } = options;
  demandFolder(folder);
  const stackFile = join(folder, STACK_FILE_NAME);
  const other = await readStackFile(stackFile);
  if (other !== undefined) {
    throw runningAlready(other);
  }
  if (!isHot) {
    await buildConsole(() => console.log('Building the console ...'));
  }
  console.log('Starting the local system ...');
  const system = await startLocalSystem({
    awsPort: ports.port,
    apiPort: ports['api-port'],
    consolePort: ports['console-port'],
    console: isHot ? 'hot' : 'built',
    receiverPort: ports['receiver-port'],
    logsFolder: join(folder, 'logs'),
    mail: { onMail: (mail) => console.log(describeMail(mail)) },
    onRequest: (request) => console.log(describeRequest(request)),
    onFunctionLine: (line) => {
      const text = describeLogLine(line);
      if (text !== undefined) {
        console.log(text);
      }
    },
  }).catch((error: unknown) => {
    throw namingOption(error, ports);
  });
  const forget = () => removeStackFile(stackFile, process.pid);
  endWith(system, forget);
  try {
    await present(system, stackFile);
  } catch (error) {
    forget();
    await system.stop();
    throw error;
  }
}

/** Writes for other commands where the system is, and shows what it does with a few findings. */
async function present(system: LocalSystem, stackFile: string): Promise<void> {
  const { description, stores, receiver, clients } = system;
  if (!(await writeStackFile(stackFile, description))) {
    throw runningAlready(await readStackFile(stackFile));
  }
  console.log(`The console is at ${description.consoleUrl}`);
  console.log(`The API answers at ${description.apiUrl}/v1, described at ${description.apiUrl}/v1/openapi.json`);
  for (const tenantId of TENANTS) {
    const webhooks = await connectDemoWebhooks(tenantId, stores, receiver);
    console.log(`Webhooks of ${tenantId}: ${webhooks.map(({ webhook }) => webhook.name).join(', ')}`);
  }
  const lines = readFindingLines(EXAMPLES).slice(0, SAMPLE_LINES);
  console.log(`Publishing ${lines.length} sample findings, one of them bad on purpose ...\n`);
  await publishLines(clients.eventBridge, description.findingsBus, lines);
  setTimeout(() => console.log(`\n${adviceFor(description, stackFile)}\n`), SAMPLES_END_MILLIS);
}

/** Before anything is started: what cannot be written later would be found out seconds later. */
function demandFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Error(`The folder ${folder} cannot be made (${code}): name another one with --folder.`);
  }
}

function runningAlready(other: StackDescription | undefined): Error {
  const which = other === undefined ? '' : ` (process ${other.pid}, ${other.awsEndpointUrl})`;
  return new Error(`A local system is running already${which}. End it with Ctrl-C there first.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
