/**
 * Sends the four events of findings, signed, in every order and some twice, to a Node-RED that runs the flow of the pack, and looks at
 * which branch each leaves: `README.md` says how. In the flow only its ends are others: they note what comes.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import { format } from '../../shared/destinations/json/json.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { FINDING_EVENTS, type FindingEventName } from '../../shared/finding/lifecycle.ts';
import { aFinding } from '../builders/finding.ts';
import { SECRET } from '../builders/signed-requests.ts';
import { aWebhook } from '../builders/webhook.ts';

const PORT = 18_801;
const START_SECONDS = 60;
const FLOW = new URL('../../receivers/node-red/flow.json', import.meta.url);

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('Name the folder into which Node-RED is installed.');
}

const NOTE = `const seen = global.get('seen') || [];
global.set('seen', [...seen, { branch: node.name, id: msg.payload.data.id, type: msg.payload.type }]);`;

function flowToTry(): readonly object[] {
  const nodes: readonly { readonly id: string; readonly type: string; readonly name?: string }[] = JSON.parse(
    readFileSync(FLOW, 'utf8'),
  );
  const ends = nodes.map((node) =>
    node.type === 'debug' ? { ...node, type: 'function', func: NOTE, outputs: 0, libs: [], wires: [] } : node,
  );
  const env = [{ name: 'THALIAN_WEBHOOK_SECRET', type: 'str', value: SECRET }];
  const z = 'thalian-flow';
  return [
    ...ends.map((node) => (node.type === 'tab' ? { ...node, env } : node)),
    { id: 'seen-in', z, type: 'http in', url: '/seen', method: 'get', wires: [['seen-read']] },
    {
      ...{ id: 'seen-read', z, type: 'function', outputs: 1, libs: [], wires: [['seen-out']] },
      func: "return { ...msg, payload: global.get('seen') || [] };",
    },
    { id: 'seen-out', z, type: 'http response', statusCode: '200', headers: {}, wires: [] },
  ];
}

function ordersOf(events: readonly FindingEventName[]): readonly (readonly FindingEventName[])[] {
  return events.length === 0
    ? [[]]
    : events.flatMap((event) => ordersOf(events.filter((other) => other !== event)).map((rest) => [event, ...rest]));
}

const revisionOf = (event: FindingEventName) => FINDING_EVENTS.indexOf(event) + 1;

async function send(id: string, event: FindingEventName): Promise<number> {
  const webhook = aWebhook();
  const finding = aFinding({ id });
  const lifecycle = { event, revision: revisionOf(event) };
  const deliveryId = deliveryIdOf(
    webhook.tenantId,
    webhook.webhookId,
    finding.detectedAt,
    canonicalFinding(finding),
    lifecycle,
  );
  const { headers, body } = buildRequest({
    webhook: { ...webhook, payloadVersion: 2 },
    secret: { signing: { current: SECRET } },
    format,
    finding,
    lifecycle,
    deliveryId,
    nowMillis: Date.now(),
  });
  const response = await fetch(`http://127.0.0.1:${PORT}/thalian`, { method: 'POST', headers: { ...headers }, body });
  await response.arrayBuffer();
  return response.status;
}

/** What must leave the flow, by the order of arrival: nothing that is older, and no delivery twice. */
function expectedOf(id: string, order: readonly FindingEventName[]): readonly object[] {
  return order.flatMap((event, at) => {
    const before = order.slice(0, at);
    const isOlder = before.some((other) => revisionOf(other) > revisionOf(event));
    const branch = event === 'resolved' ? 'resolved' : aFinding().severity.level;
    return isOlder || before.includes(event) ? [] : [{ branch, id, type: `finding.${event}` }];
  });
}

const userFolder = mkdtempSync(join(tmpdir(), 'thalian-node-red-'));
writeFileSync(join(userFolder, 'flows.json'), JSON.stringify(flowToTry()));
writeFileSync(
  join(userFolder, 'settings.js'),
  `module.exports = { uiPort: ${PORT}, uiHost: '127.0.0.1', flowFile: 'flows.json', httpAdminRoot: false };`,
);
const program = join(folder, 'node_modules', 'node-red', 'red.js');
const nodeRed = spawn(process.execPath, [program, '--userDir', userFolder], { stdio: 'ignore' });
try {
  const seen = async (): Promise<readonly unknown[]> => {
    const response = await fetch(`http://127.0.0.1:${PORT}/seen`);
    const left: unknown = await response.json();
    return Array.isArray(left) ? left : [];
  };
  for (let second = 0; second < START_SECONDS; second += 1) {
    const isUp = await seen().then(
      () => true,
      () => false,
    );
    if (isUp || nodeRed.exitCode !== null) {
      break;
    }
    await pause(1_000);
  }
  const orders = ordersOf(FINDING_EVENTS).flatMap((order) => [order, [...order, order[0] ?? 'detected']]);
  const statuses = new Map<number, number>();
  for (const [number, order] of orders.entries()) {
    for (const event of order) {
      const status = await send(`fnd_${number}`, event);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }
  const left = await seen();
  const expected = orders.flatMap((order, number) => expectedOf(`fnd_${number}`, order));
  const isRight = JSON.stringify(left) === JSON.stringify(expected);
  const counts = [...statuses].map(([status, count]) => `${count} times ${status}`);
  console.log(
    `${orders.length} findings: ${counts.join(', ')}; ${left.length} events left the flow, ${isRight ? 'the newest alone' : `not the ${expected.length} that should`}`,
  );
  process.exitCode = isRight && statuses.size === 1 && statuses.has(204) ? 0 : 1;
} finally {
  nodeRed.kill();
  rmSync(userFolder, { recursive: true });
}
