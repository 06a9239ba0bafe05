/** `npm start`: the whole system on this machine, fed with some sample findings; stays up until Ctrl-C. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../shared/topology/findings-source.ts';
import { LOCAL_CREDENTIALS } from './aws/local-aws.ts';
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

const USAGE = `npm start -- [--port N] [--receiver-port N] [--folder DIR]

  --port N           of the AWS endpoint (default: a free one)
  --receiver-port N  of the demo receiver (default: a free one)
  --folder DIR       for stack.json and logs (default: .local, where seed and redrive look)`;

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
      'receiver-port': { type: 'string', default: '0' },
      folder: { type: 'string', default: LOCAL_FOLDER },
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
    throw new Error(
      `A local system is running already (process ${other.pid}, ${other.awsEndpointUrl}). End it with Ctrl-C there first.`,
    );
  }
  console.log('Starting the local system ...');
  const system = await startLocalSystem({
    awsPort: parsePort('port', values.port),
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
  writeStackFile(stackFile, system.description);
  endWith(system, () => removeStackFile(stackFile));

  for (const tenantId of TENANTS) {
    const webhooks = await connectDemoWebhooks(tenantId, system.stores, system.receiver);
    console.log(`Webhooks of ${tenantId}: ${webhooks.map(({ webhook }) => webhook.name).join(', ')}`);
  }
  const lines = readFindingLines(EXAMPLES).slice(0, SAMPLE_LINES);
  console.log(`Publishing ${lines.length} sample findings, one of them bad on purpose ...\n`);
  await publishLines(system.clients.eventBridge, system.description.findingsBus, lines);
  setTimeout(() => console.log(`\n${adviceFor(system.description, stackFile)}\n`), SAMPLES_END_MILLIS);
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--${name} takes a port number, not '${text}'.`);
  }
  return port;
}

function adviceFor(
  { awsEndpointUrl, region, findingsBus, tables, queues, receiverUrl, logs }: StackDescription,
  stackFile: string,
): string {
  const detail = {
    tenantId: 'acme',
    finding: {
      id: 'fnd_mine',
      title: 'My first finding',
      severity: { level: 'high', score: 80 },
      affected: { type: 'asset', id: 'asset-1', name: 'Something of mine' },
      platform: 'aws',
      detectedAt: new Date().toISOString(),
      remediation: { summary: 'Have a look.' },
    },
  };
  const entry = {
    EventBusName: findingsBus,
    Source: FINDING_SOURCE,
    DetailType: FINDING_DETAIL_TYPE,
    Detail: JSON.stringify(detail),
  };
  return `The system stays up until Ctrl-C. All of it is described in ${stackFile}; logs are in ${logs}.

Try next, in another terminal:

  export AWS_ACCESS_KEY_ID=${LOCAL_CREDENTIALS.accessKeyId} AWS_SECRET_ACCESS_KEY=${LOCAL_CREDENTIALS.secretAccessKey} AWS_DEFAULT_REGION=${region}

  # a finding of your own
  aws --endpoint-url ${awsEndpointUrl} events put-events --entries '${JSON.stringify([entry])}'

  # what became of the deliveries
  aws --endpoint-url ${awsEndpointUrl} dynamodb scan --table-name ${tables.deliveryLog}

  # the ticket of an exhausted delivery, and all of them tried again: the pager has recovered by now
  aws --endpoint-url ${awsEndpointUrl} sqs receive-message --visibility-timeout 0 --queue-url ${queues['exhausted-deliveries']}
  npm run redrive

  # a webhook of your own
  npm run seed -- --tenant acme --name 'My hook' --url ${receiverUrl}/ok/mine --generate-secret --alerts on --min-severity low

  # what the receiver saw, and how it can behave
  curl -k ${receiverUrl}/requests
  curl -k ${receiverUrl}/`;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
