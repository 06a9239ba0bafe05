/** `npm run listen` as a developer of a receiver uses it: with and without a running system, and with every mistake told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeServer, listenOnLoopback } from '../../local/aws/loopback-server.ts';
import { readStackFile } from '../../local/stack-file.ts';

const UP = { timeout: 90_000, interval: 50 };

const LOCAL = join(import.meta.dirname, '..', '..', 'local');
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Refuses the first request with 503, and takes every other. */
async function startOwnReceiver() {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(received.length === 1 ? 503 : 202).end();
  });
  const port = await listenOnLoopback(server, 0);
  return { port, received, stop: () => closeServer(server) };
}

function verifies({ headers, body }: Received): boolean {
  new Webhook(SECRET).verify(body, headers as Record<string, string>);
  return true;
}

describe('npm run listen', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-listen-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await once(child, 'close');
      }
    }
    rmSync(folder, { recursive: true });
  });

  function run(script: string, options: readonly string[], secret: string | undefined = SECRET) {
    const child = spawn(process.execPath, [join(LOCAL, script), '--folder', folder, ...options], {
      env: { ...process.env, WEBHOOK_SECRET: secret },
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    return { child, output: () => output };
  }
  const stackFile = () => join(folder, 'stack.json');
  const webhooksOfAcme = async () => {
    const stack = await readStackFile(stackFile());
    const headers = { authorization: `Bearer ${stack?.tokens.acme}` };
    return (await fetch(`${stack?.apiUrl}/v1/webhooks`, { headers })).text();
  };

  it('starts a system, shows and verifies requests, hands them on, and replays them', async () => {
    const own = await startOwnReceiver();
    const { child, output } = run('listen.ts', ['--tenant', 'acme', '--forward', String(own.port)]);
    // The service repeats what the receiver has refused.
    await expect.poll(() => own.received.length, UP).toBe(2);
    await expect.poll(output, UP).toContain('#2 → ');
    expect(own.received.every(verifies)).toBe(true);
    expect(output()).toContain('webhook-signature verified');
    expect(output()).toContain('x-thalian-signature verified');
    expect(output()).toContain('"title": "Dormant admin account re-activated"');
    expect(output()).toMatch(/#1 → localhost:\d+ responds 503/);
    expect(output()).toContain('DUPLICATE of #1: the same webhook-id, the same body');

    child.stdin.write('r 1\n');
    await expect.poll(() => own.received.length, UP).toBe(3);
    child.stdin.write(`r ${own.received[0]?.headers['webhook-id']} as-received\n`);
    await expect.poll(() => own.received.length, UP).toBe(4);
    const [first, second, signedNow, asReceived] = own.received;
    expect(signedNow?.body).toBe(first?.body);
    expect(signedNow && verifies(signedNow)).toBe(true);
    expect(asReceived?.headers['webhook-signature']).toBe(second?.headers['webhook-signature']);

    child.stdin.write('r 99\nwhat\np\n');
    await expect.poll(() => own.received.length, UP).toBe(5);
    expect(output()).toContain('There is no request 99.');
    await own.stop();
    child.stdin.write('r 1\n');
    await expect.poll(output, UP).toContain(`nothing listens at localhost:${own.port}: start your receiver there`);

    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(existsSync(stackFile())).toBe(false);
  });

  it('joins the system that runs, takes its webhook away at the end, and ends with that system', async () => {
    const system = run('start.ts', []);
    await expect.poll(system.output, UP).toContain('Publishing');
    const { child, output } = run('listen.ts', ['--tenant', 'acme']);
    await expect.poll(output, UP).toContain('#1 → 204');
    expect(output()).toContain(`Joining the local system of process ${system.child.pid}.`);
    expect(await webhooksOfAcme()).toContain('npm run listen');
    const { port } = new URL(/sends to (\S+)/.exec(output())?.[1] ?? '');

    const second = run('listen.ts', ['--tenant', 'acme', '--port', port]);
    expect(await once(second.child, 'close')).toEqual([1, null]);
    expect(second.output()).toContain(`Port ${port} is in use on this machine. Name another one with --port`);

    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await webhooksOfAcme()).not.toContain('npm run listen');

    const third = run('listen.ts', ['--tenant', 'acme']);
    await expect.poll(third.output, UP).toContain('#1 → 204');
    system.child.kill('SIGINT');
    expect(await once(third.child, 'close')).toEqual([1, null]);
    expect(third.output()).toContain('The local system has ended, and with it the webhook');
  });

  it.each([
    [
      'a tenant that the local system does not have',
      ['--tenant', 'initech'],
      SECRET,
      '--tenant takes one of acme, globex',
    ],
    ['no tenant', [], SECRET, '--tenant is missing'],
    ['a port that is none', ['--tenant', 'acme', '--port', 'x'], SECRET, '--port takes a port'],
    [
      'a host elsewhere',
      ['--tenant', 'acme', '--forward', 'http://example.com:80/'],
      SECRET,
      '--forward takes a port of',
    ],
    ['port 0', ['--tenant', 'acme', '--forward', '0'], SECRET, '--forward takes a port of this machine'],
    ['a secret that is too short', ['--tenant', 'acme'], 'short', 'WEBHOOK_SECRET: A secret of your own has 16 to 256'],
  ])('refuses %s at once, in one line', async (_what, options, secret, words) => {
    const { child, output } = run('listen.ts', options, secret);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output()).toContain(words);
    expect(output().trim()).not.toContain('\n');
    expect(output()).not.toContain(SECRET);
  });
});
