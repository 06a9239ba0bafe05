/** `npm start`: the whole system on this machine, fed with some sample findings; stays up until Ctrl-C. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { adviceFor } from './advice.ts';
import { buildConsole } from './console/build-console.ts';
import { readFindingLines } from './demo/findings-file.ts';
import { publishLines } from './demo/publish.ts';
import { connectDemoWebhooks } from './demo-webhooks.ts';
import { endWith } from './end-with.ts';
import { startLocalSystem } from './local-system.ts';
import { describeLogLine, describeRequest } from './narration.ts';
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'api-port': { type: 'string', default: '0' },
      'console-port': { type: 'string', default: '0' },
      'receiver-port': { type: 'string', default: '0' },
      folder: { type: 'string', default: LOCAL_FOLDER },
      hot: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const stackFile = join(values.folder, STACK_FILE_NAME);
  const other = await readStackFile(stackFile);
  if (other !== undefined) {
    throw runningAlready(other);
  }
  if (!values.hot) {
    await buildConsole(() => console.log('Building the console ...'));
  }
  console.log('Starting the local system ...');
  const system = await startLocalSystem({
    awsPort: parsePort('port', values.port),
    apiPort: parsePort('api-port', values['api-port']),
    consolePort: parsePort('console-port', values['console-port']),
    console: values.hot ? 'hot' : 'built',
    receiverPort: parsePort('receiver-port', values['receiver-port']),
    logsFolder: join(values.folder, 'logs'),
    onRequest: (request) => console.log(describeRequest(request)),
    onFunctionLine: (line) => {
      const text = describeLogLine(line);
      if (text !== undefined) {
        console.log(text);
      }
    },
  });
  if (!(await writeStackFile(stackFile, system.description))) {
    await system.stop();
    throw runningAlready(await readStackFile(stackFile));
  }
  endWith(system, () => removeStackFile(stackFile, process.pid));
  console.log(`The console is at ${system.description.consoleUrl}`);
  console.log(
    `The API answers at ${system.description.apiUrl}/v1, described at ${system.description.apiUrl}/v1/openapi.json`,
  );

  for (const tenantId of TENANTS) {
    const webhooks = await connectDemoWebhooks(tenantId, system.stores, system.receiver);
    console.log(`Webhooks of ${tenantId}: ${webhooks.map(({ webhook }) => webhook.name).join(', ')}`);
  }
  const lines = readFindingLines(EXAMPLES).slice(0, SAMPLE_LINES);
  console.log(`Publishing ${lines.length} sample findings, one of them bad on purpose ...\n`);
  await publishLines(system.clients.eventBridge, system.description.findingsBus, lines);
  setTimeout(() => console.log(`\n${adviceFor(system.description, stackFile)}\n`), SAMPLES_END_MILLIS);
}

function runningAlready(other: StackDescription | undefined): Error {
  const which = other === undefined ? '' : ` (process ${other.pid}, ${other.awsEndpointUrl})`;
  return new Error(`A local system is running already${which}. End it with Ctrl-C there first.`);
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--${name} takes a port number, not '${text}'.`);
  }
  return port;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
