/** The check finds nothing at a good receiver, and at a bad one exactly what is bad about it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer, text as textOf } from 'node:stream/consumers';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listenOnLoopback } from '../../../local/aws/loopback-server.ts';
import { receiverCases } from '../../../receivers/check/cases.ts';
import { readCheckUrl } from '../../../receivers/check/check-url.ts';
import { describeResult, describeRun, reportAsJson } from '../../../receivers/check/report.ts';
import { type CaseResult, runChecks } from '../../../receivers/check/run-checks.ts';
import { MAX_FINDING_BYTES } from '../../../shared/finding/finding-size.ts';
import { formatGeneratedSecret } from '../../../shared/http/signature.ts';
import { isInstalled, pathOf, runReceiver } from '../../docs/snippet-runners.ts';
import { type Habits, startOwnReceiver } from './own-receivers.ts';

const SECRET = formatGeneratedSecret(new Uint8Array(32).fill(0x5a));
const TIMEOUT = { timeout: 60_000 };
const lacksPython = !isInstalled('python3', '--version');

/** The names of the cases that failed. */
function failuresOf(results: readonly CaseResult[]): readonly string[] {
  return results.filter(({ fault }) => fault !== undefined).map(({ name }) => name);
}

async function checkOwn(habits: Habits): Promise<readonly CaseResult[]> {
  const receiver = await startOwnReceiver(SECRET, habits);
  onTestFinished(receiver.stop);
  return runChecks(receiver.url, SECRET);
}

describe('a good receiver', TIMEOUT, () => {
  const node = runReceiver(process.execPath, pathOf('verify.mjs'));
  const python = runReceiver('python3', pathOf('verify.py'));
  afterAll(async () => {
    await node.stop();
    await python.stop();
  });

  it.each([
    ['verify.mjs', node, false],
    ['verify.py', python, lacksPython],
  ])('passes every case: the one that the guide offers as %s', async (_name, program, isMissing) => {
    if (isMissing) {
      return;
    }
    const url = new URL(`http://127.0.0.1:${await program.port(SECRET)}/hook`);
    const results = await runChecks(url, SECRET);
    expect(failuresOf(results)).toEqual([]);
    expect(results.length).toBe(receiverCases(url.href, SECRET).length);
  });

  it('passes every case if it checks the other signature', async () => {
    const { isGenuine } = await import(pathOf('verify-x-thalian-signature.mjs'));
    const server = createServer(async (request, response) => {
      // Of a request that breaks off there is no body.
      const body = await buffer(request).catch(() => undefined);
      const isOurs = body !== undefined && isGenuine(request.headers['x-thalian-signature'], body, SECRET);
      response.writeHead(isOurs ? 202 : 403).end();
    });
    const port = await listenOnLoopback(server, 0);
    onTestFinished(() => closeServer(server));
    expect(failuresOf(await runChecks(new URL(`http://localhost:${port}/`), SECRET))).toEqual([]);
  });

  it('passes every case as the tests write it, which is what the bad ones differ from', async () => {
    expect(failuresOf(await checkOwn({}))).toEqual([]);
  });
});

const REFUSED = receiverCases('http://localhost/', SECRET)
  .filter(({ expects }) => expects === 'refused')
  .map(({ name }) => name);

describe('a bad receiver', TIMEOUT, () => {
  it.each<[string, Habits, readonly string[]]>([
    ['verifies nothing', { verifies: false }, REFUSED],
    ['does not look at the timestamp', { checksTimestamp: false }, ['late', 'future']],
    ['looks at the timestamp in one direction', { checksTimestamp: 'of-the-past' }, ['future']],
    ['reads the first signature alone', { readsSignatures: 'first' }, ['rotated-previous']],
    [
      'verifies what it has parsed and written again',
      { reading: (body) => JSON.stringify(JSON.parse(body.toString('utf8'))) },
      ['raw-body', 'tampered-space', 'no-json'],
    ],
    [
      'takes the body for Latin-1',
      { reading: (body) => Buffer.from(body.toString('latin1')) },
      ['non-ascii', 'largest'],
    ],
    ['takes bodies of 16 KB at most', { maxBodyBytes: 16 * 1024 }, ['largest']],
    ['refuses events that it does not know', { knowsEvents: ['finding.detected'] }, ['challenge', 'unknown-event']],
    ['says that the webhook is gone', { refusal: 410 }, REFUSED],
    ['breaks in place of refusing', { refusal: 500 }, REFUSED],
    ['asks to wait in place of refusing', { refusal: 429 }, REFUSED],
  ])('is found out if it %s', async (_what, habits, failures) => {
    expect(failuresOf(await checkOwn(habits))).toEqual(failures);
  });

  it('is found out if it does not sign the timestamp: then it does not take a genuine request, either', async () => {
    const results = await checkOwn({ signsTimestamp: false });
    expect(failuresOf(results)).toEqual(['genuine']);
    expect(results).toHaveLength(1);
  });

  it('is told if it is slow', async () => {
    const receiver = await startOwnReceiver(SECRET, { afterMillis: 1_100, refusal: 410 });
    onTestFinished(receiver.stop);
    const [genuine] = await runChecks(receiver.url, formatGeneratedSecret(new Uint8Array(32)));
    expect(genuine?.note).toMatch(/from 1000 ms on a receiver counts as slow/);
  });

  it('is not asked again if nothing listens', async () => {
    const receiver = await startOwnReceiver(SECRET);
    await receiver.stop();
    const results = await runChecks(receiver.url, SECRET);
    expect(results).toHaveLength(1);
    expect(results[0]?.fault).toBe('could not be reached (ECONNREFUSED)');
  });

  it.each<[string, (answer: () => void, destroy: () => void) => void, string | undefined]>([
    ['ends the connection', (_answer, destroy) => destroy(), 'ended the connection without a response'],
    ['redirects', (answer) => answer(), 'refused what must be accepted, with 302'],
  ])('is not followed anywhere: one that %s', async (_what, serve, fault) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      serve(
        () => response.writeHead(302, { location: '/elsewhere' }).end(),
        () => response.destroy(),
      );
    });
    const port = await listenOnLoopback(server, 0);
    onTestFinished(() => closeServer(server));
    const results = await runChecks(new URL(`http://localhost:${port}/`), SECRET);
    expect(results.map((result) => result.fault)).toEqual([fault]);
    expect(asked).toEqual(['/']);
  });
});

describe('the cases', () => {
  const cases = receiverCases('http://localhost/', SECRET);

  it('come near to the largest body that the service sends, and never above it', () => {
    const [request] = cases.find(({ name }) => name === 'largest')?.requests() ?? [];
    const bodyBytes = Buffer.byteLength(request?.body ?? '');
    expect(bodyBytes).toBeGreaterThan(MAX_FINDING_BYTES - 1_024);
    expect(bodyBytes).toBeLessThan(64 * 1024);
  });

  it('say what to do, and never show the secret', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { sends, why, advice, requests } of cases) {
      expect(why).toMatch(/\.$/);
      expect(advice).toMatch(/\.$/);
      expect(sends).not.toMatch(/\.$/);
      expect(JSON.stringify(requests())).not.toContain(SECRET.slice(6));
    }
  });
});

it.each([
  ['https://receiver.example/hook', undefined],
  ['http://127.0.0.1:3000/', undefined],
  ['http://[::1]:3000/', undefined],
  ['http://receiver.example/hook', 'http for this machine alone'],
  ['http://localhost.evil.example/', 'http for this machine alone'],
  ['https://user:word@receiver.example/', 'no user and no password'],
  ['ftp://localhost/', 'takes an http or https URL'],
  ['localhost:3000', 'takes an http or https URL'],
])('reads the URL %s', (text, refusal) => {
  const read = () => readCheckUrl(text);
  if (refusal === undefined) {
    expect(read().href).toBe(text);
  } else {
    expect(read).toThrow(refusal);
  }
});

describe('the report', () => {
  const result: CaseResult = {
    name: 'late',
    sends: 'a finding, signed 600 s ago',
    expects: 'refused',
    why: 'It could be sent again.',
    advice: 'Refuse it.',
    responses: [{ kind: 'answered', statusCode: 200, body: 'o\u001bk', millis: 3 }],
    fault: 'took what must be refused, with 200',
  };

  it('says what was sent, what came back, why it matters and what to do', () => {
    const words = describeResult(result);
    expect(words).toMatch(
      /^FAIL {2}late +refused +200 in 3 ms "o k"\n.*signed 600 s ago\n.*took what must.*\n.*again\.\n.*it\.$/,
    );
    expect(describeRun([result])).toBe('1 of 1 cases failed: late.');
    expect(JSON.parse(reportAsJson('http://localhost/', [result]))).toMatchObject({
      passed: false,
      cases: [{ name: 'late', passed: false, fault: 'took what must be refused, with 200', advice: 'Refuse it.' }],
    });
  });
});

describe('npm run check-receiver', TIMEOUT, () => {
  const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'receivers', 'check', 'check-receiver.ts');

  async function run(secret: string, ...options: readonly string[]) {
    const child = spawn(process.execPath, [PROGRAM, ...options], {
      env: { ...process.env, WEBHOOK_SECRET: secret },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'close'),
    ]);
    return { exitCode, stdout, stderr };
  }

  it('exits with 0 if every case passed, and with 1 if one failed', async () => {
    const good = await startOwnReceiver(SECRET);
    const bad = await startOwnReceiver(SECRET, { checksTimestamp: false });
    onTestFinished(good.stop);
    onTestFinished(bad.stop);
    const passed = await run(SECRET, '--url', good.url.href);
    expect(passed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('cases passed') });
    const failed = await run(SECRET, '--url', bad.url.href, '--json');
    expect(failed.exitCode).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ url: bad.url.href, passed: false });
    expect(passed.stdout + failed.stdout).not.toContain(SECRET);
  });

  it.each([
    ['no URL', SECRET, [], '--url is missing'],
    [
      'a secret among its options',
      SECRET,
      ['--url', 'http://localhost:1/', '--secret', SECRET],
      'history of your shell',
    ],
    ['a secret that is none', 'short', ['--url', 'http://localhost:1/'], 'WEBHOOK_SECRET: A secret of your own has'],
  ])('exits with 2 and one line, for %s', async (_what, secret, options, words) => {
    const { exitCode, stdout, stderr } = await run(secret, ...options);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trim()).not.toContain('\n');
    expect(stderr).not.toContain(SECRET);
  });
});
