/** The code that receivers copy, against requests as we make them. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  emptied,
  forgedCases,
  genuine,
  genuineCases,
  PREVIOUS,
  rotated,
  SECRET,
  type SignatureHeader,
  withHeader,
} from '../builders/signed-requests.ts';
import { partOf } from '../thorough.ts';
import {
  buildGo,
  buildJava,
  buildMono,
  findPython,
  isInstalled,
  pathOf,
  type ReceiverProgram,
  runReceiver,
  runScript,
  type Verify,
  verifyByProgram,
  verifyByScript,
} from './snippet-runners.ts';

const lacksPython = !isInstalled('python3', '--version');
const lacksGo = !isInstalled('go', 'version');
const lacksJava = !isInstalled('javac', '-version') || !isInstalled('java', '-version');
const lacksDotnet = !isInstalled('dotnet', '--version');
const lacksMono = !isInstalled('mcs', '--version') || !isInstalled('mono', '--version');
const lacksOpenssl = !isInstalled('openssl', 'version');

/** A receiver's first request waits for its process, which on a busy machine takes a while. */
const RECEIVER_TEST = { timeout: 20_000 };

/** `verify` is asked for when the tests run, because some snippets have to be built first. */
function itJudges(
  signature: SignatureHeader,
  isSkipped: boolean,
  verify: () => Verify,
  cases = forgedCases(signature),
) {
  it.skipIf(isSkipped).each(genuineCases())('accepts $what', async ({ request, secret = SECRET }) => {
    expect(await verify()(request(), secret)).toBe(true);
  });

  itRefuses(isSkipped, cases, verify);
}

function itRefuses(isSkipped: boolean, cases: ReturnType<typeof forgedCases>, verify: () => Verify) {
  it.skipIf(isSkipped).each(cases)('refuses $what', async ({ request, secret = SECRET }) => {
    expect(await verify()(request(), secret)).toBe(false);
  });
}

function itIsAReceiver(isSkipped: boolean, program: () => ReceiverProgram) {
  it.skipIf(isSkipped)('does not start without a secret: with an empty key anybody could sign', async () => {
    expect(await program().runWithoutSecret()).toBeGreaterThan(0);
  });

  it.skipIf(isSkipped)('reads a header whatever the case of its name, which a proxy may change', async () => {
    const { headers, body } = genuine();
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    const request = httpRequest({ port: await program().port(SECRET), method: 'POST', headers: shouted }).end(body);
    const [response] = await once(request, 'response');
    response.resume();
    expect(response.statusCode).toBe(204);
  });

  it.skipIf(isSkipped)('survives a request that breaks off, and one that is too large', async () => {
    const { verify, port } = program();
    const socket = connect(await port(SECRET), '127.0.0.1');
    await once(socket, 'connect');
    socket.end('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half":');
    await once(socket.resume(), 'close');
    const tooLarge = { ...genuine(), body: 'x'.repeat(1024 * 1024) };
    expect(await verify(tooLarge, SECRET).catch(() => false)).toBe(false);
    expect(await verify(genuine(), SECRET)).toBe(true);
  });
}

/** In a pipe a shell does not notice that a command failed: an empty signature must not match its empty output. */
function itFailsClosed(script: string, signature: SignatureHeader) {
  it.skipIf(lacksOpenssl)('never says valid if openssl fails', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
    onTestFinished(() => rm(tools, { recursive: true }));
    // Everything but the HMAC works.
    const broken = `#!/bin/sh\n[ "$1" != dgst ] || exit 1\nPATH='${process.env['PATH']}' exec openssl "$@"\n`;
    await writeFile(join(tools, 'openssl'), broken, { mode: 0o755 });
    const request = withHeader(genuine(), signature, emptied);
    const { exitCode, stdout } = await runScript(script, request, SECRET, `${tools}:${process.env['PATH']}`);
    expect({ exitCode, saysValid: stdout === 'valid\n' }).toEqual({ exitCode: 1, saysValid: false });
  });
}

/** Everything but the builtins of a shell is a process, and `ps` shows its arguments to every user of the machine. */
function itKeepsTheSecret(script: string) {
  it.skipIf(lacksOpenssl)('gives no command the secret', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'thalian-snippet-'));
    onTestFinished(() => rm(tools, { recursive: true }));
    const log = join(tools, 'log');
    for (const tool of ['cat', 'cut', 'date', 'od', 'openssl', 'printf', 'tr']) {
      const recorder = `#!/bin/sh\necho "$0 $*" >>'${log}'\nPATH='${process.env['PATH']}' exec ${tool} "$@"\n`;
      await writeFile(join(tools, tool), recorder, { mode: 0o755 });
    }
    const { stdout } = await runScript(script, genuine(), SECRET, `${tools}:${process.env['PATH']}`);
    expect(stdout).toBe('valid\n');
    const commands = await readFile(log, 'utf8');
    expect(commands).toContain('openssl dgst');
    const encoded = SECRET.slice('whsec_'.length);
    const shapes = [encoded, Buffer.from(encoded, 'base64').toString('hex'), Buffer.from(SECRET).toString('hex')];
    expect(shapes.filter((shape) => commands.includes(shape))).toEqual([]);
  });
}

/** Puts why a group is skipped where the report shows it. */
function named(what: string, tool: string, isMissing: boolean): string {
  return isMissing ? `${what} (skipped: there is no ${tool} here)` : what;
}

describe('verify.mjs', RECEIVER_TEST, () => {
  const program = runReceiver(process.execPath, pathOf('verify.mjs'));
  afterAll(program.stop);
  itJudges('webhook-signature', false, () => program.verify);
  itIsAReceiver(false, () => program);
});

describe(named('verify.py', 'python3', lacksPython), RECEIVER_TEST, () => {
  const program = runReceiver('python3', pathOf('verify.py'));
  afterAll(program.stop);
  itJudges('webhook-signature', lacksPython, () => program.verify);
  itIsAReceiver(lacksPython, () => program);
});

describe(named('verify.go', 'go', lacksGo), RECEIVER_TEST, () => {
  let built: Awaited<ReturnType<typeof buildGo>> | undefined;
  let program = runReceiver('go', 'version');
  beforeAll(async () => {
    if (!lacksGo) {
      built = await buildGo('verify.go');
      program = runReceiver(built.program);
    }
  }, 180_000);
  afterAll(async () => {
    await program.stop();
    await built?.remove();
  });
  itJudges('webhook-signature', lacksGo, () => program.verify);
  itIsAReceiver(lacksGo, () => program);
});

describe(named('verify.sh', 'openssl', lacksOpenssl), () => {
  const script = 'verify.sh';
  itJudges('webhook-signature', lacksOpenssl, () => (request, secret) => verifyByScript(script, request, secret));

  it.skipIf(lacksOpenssl)('refuses everything without a secret', async () => {
    for (const request of [genuine(), withHeader(genuine(), 'webhook-signature', emptied)]) {
      expect(await verifyByScript(script, request, '')).toBe(false);
      expect(await verifyByScript(script, request, 'whsec_')).toBe(false);
    }
  });

  itFailsClosed(script, 'webhook-signature');
  itKeepsTheSecret(script);
});

describe('verify-x-thalian-signature.mjs', () => {
  itJudges('x-thalian-signature', false, () => async ({ headers, body }, secret) => {
    const { isGenuine } = await import(pathOf('verify-x-thalian-signature.mjs'));
    return isGenuine(headers['x-thalian-signature'], Buffer.from(body), secret);
  });
});

describe(named('verify-x-thalian-signature.sh', 'openssl', lacksOpenssl), () => {
  const script = 'verify-x-thalian-signature.sh';
  itJudges('x-thalian-signature', lacksOpenssl, () => (request, secret) => verifyByScript(script, request, secret));

  it.skipIf(lacksOpenssl)('refuses everything without a secret', async () => {
    for (const request of [genuine(), withHeader(genuine(), 'x-thalian-signature', emptied)]) {
      expect(await verifyByScript(script, request, '')).toBe(false);
    }
  });

  itFailsClosed(script, 'x-thalian-signature');
  itKeepsTheSecret(script);
});

/**
 * Programs that check both headers: each forged one must be noticed beside the other, which is genuine. Each case starts the
 * program, which is most of what it costs.
 */
function itJudgesBoth(isSkipped: boolean, command: () => readonly string[]) {
  const verify: Verify = (request, secret) => verifyByProgram(command(), request, secret);
  itJudges('x-thalian-signature', isSkipped, () => verify, partOf(forgedCases('x-thalian-signature')));
  itRefuses(isSkipped, partOf(forgedCases('webhook-signature')), () => verify);
}

/** How each is run; those that have to be built first are below. */
const INTERPRETED = [
  { file: 'verify-signatures.py', tool: findPython(), version: '--version', args: [] },
  { file: 'verify-signatures.php', tool: 'php', version: '--version', args: [] },
  { file: 'verify-signatures.rb', tool: 'ruby', version: '--version', args: [] },
];

describe.each(INTERPRETED)('$file', RECEIVER_TEST, ({ file, tool, version, args }) => {
  const isMissing = !isInstalled(tool, version);
  describe(named(file, tool, isMissing), () => itJudgesBoth(isMissing, () => [tool, ...args, pathOf(file)]));
});

describe(named('verify-signatures.go', 'go', lacksGo), RECEIVER_TEST, () => {
  let built: Awaited<ReturnType<typeof buildGo>> | undefined;
  beforeAll(async () => {
    built = lacksGo ? undefined : await buildGo('verify-signatures.go');
  }, 180_000);
  afterAll(() => built?.remove());
  itJudgesBoth(lacksGo, () => [built?.program ?? '']);
});

describe(named('verify-signatures.java', 'javac', lacksJava), RECEIVER_TEST, () => {
  let built: Awaited<ReturnType<typeof buildJava>> | undefined;
  beforeAll(async () => {
    built = lacksJava ? undefined : await buildJava('verify-signatures.java');
  }, 180_000);
  afterAll(() => built?.remove());
  itJudgesBoth(lacksJava, () => ['java', '-Xshare:auto', '-cp', built?.folder ?? '', 'VerifySignatures']);
});

describe(named('verify-signatures.cs', 'dotnet', lacksDotnet), RECEIVER_TEST, () => {
  itJudgesBoth(lacksDotnet, () => ['dotnet', 'run', pathOf('verify-signatures.cs')]);
});

describe(named('verify-signatures.cs by Mono', 'mcs', lacksMono), RECEIVER_TEST, () => {
  let built: Awaited<ReturnType<typeof buildMono>> | undefined;
  beforeAll(async () => {
    built = lacksMono ? undefined : await buildMono('verify-signatures.cs');
  }, 180_000);
  afterAll(() => built?.remove());
  itJudgesBoth(lacksMono, () => ['mono', built?.program ?? '']);
});

describe('standardwebhooks.mjs', () => {
  it('accepts what we sign and refuses another body', async () => {
    const { verify } = await import(pathOf('standardwebhooks.mjs'));
    const { headers, body } = rotated();
    for (const secret of [SECRET, PREVIOUS]) {
      expect(verify(body, headers, secret)).toEqual(JSON.parse(body));
    }
    expect(() => verify(`${body} `, headers, SECRET)).toThrow('No matching signature');
  });
});
