/**
 * Starts receivers in web frameworks, sends each of them genuine and forged requests in the generic formats, and says which are
 * answered as they should: `README.md` says how. The frameworks are no dependency of the project.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import type { Format } from '../../shared/destinations/format.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aFinding } from '../builders/finding.ts';
import { PREVIOUS, SECRET, type SignedRequest } from '../builders/signed-requests.ts';
import { aWebhook } from '../builders/webhook.ts';

/** What a framework that reads the text, or writes JSON again, does not keep. */
const TEXTS = ['plain', 'Müller 密 🔑', '\u2028\u2029\u0085', '<b>&amp; / \\/ "', '\ufeff\u0001\t\r\n'];
const SCORES = [82.5, 1e-7, 0];
const FORMATS = ['json', 'cloudevents', 'ocsf'];
const FIRST_PORT = '18811';

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) {
  throw new Error('Name the command that starts the receivers, without its port.');
}

function requestsOf(format: Format): readonly SignedRequest[] {
  const findings = [
    ...TEXTS.map((title) => aFinding({ title })),
    ...SCORES.map((score) => aFinding({ severity: { level: 'high', score } })),
    aFinding({ description: '密'.repeat(4_000), remediation: { summary: '"\u0001'.repeat(2_000) } }),
  ];
  const { deliveryId } = aDeliveryMessage();
  const secret = { signing: { current: PREVIOUS, previous: [{ secret: SECRET, until: Date.now() + 3_600_000 }] } };
  return findings.map((finding) =>
    buildRequest({ webhook: aWebhook(), secret, format, finding, deliveryId, nowMillis: Date.now() }),
  );
}

async function statusOf(port: number, { headers, body }: SignedRequest): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function tryFramework(name: string, port: number): Promise<boolean> {
  const counts = await Promise.all(
    FORMATS.map(async (id) => {
      const format = findFormat(id);
      const requests = format === undefined ? [] : requestsOf(format);
      const forged = requests.map((request) => ({ ...request, body: `${request.body} ` }));
      const accepted = await Promise.all(requests.map(async (request) => (await statusOf(port, request)) === 204));
      const refused = await Promise.all(forged.map(async (request) => (await statusOf(port, request)) === 401));
      const right = [...accepted, ...refused].filter(Boolean).length;
      console.log(`${name}, ${id}: ${right} of ${accepted.length + refused.length} as they should`);
      return right > 0 && right === accepted.length + refused.length;
    }),
  );
  return counts.every(Boolean);
}

const servers = spawn(command, [...rest, FIRST_PORT], {
  env: { ...process.env, SECRET },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  for await (const line of createInterface(servers.stdout)) {
    const started: readonly { readonly name: string; readonly port: number }[] = JSON.parse(line);
    const isRight: boolean[] = [];
    for (const { name, port } of started) {
      isRight.push(await tryFramework(name, port));
    }
    process.exitCode = isRight.length > 0 && isRight.every(Boolean) ? 0 : 1;
    break;
  }
} finally {
  servers.kill('SIGKILL');
}
