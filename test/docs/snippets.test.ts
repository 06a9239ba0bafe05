/** The code that receivers copy, against requests as we make them. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { formatGeneratedSecret } from '../../shared/http/signature.ts';
import type { WebhookSecret } from '../../shared/webhook/webhook.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aFinding } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import {
  buildGo,
  isInstalled,
  pathOf,
  type ReceiverProgram,
  runReceiver,
  runScript,
  type SignedRequest,
  type Verify,
  verifyByScript,
} from './snippet-runners.ts';

const lacksPython = !isInstalled('python3', '--version');
const lacksGo = !isInstalled('go', 'version');
const lacksOpenssl = !isInstalled('openssl', 'version');

/** A receiver's first request waits for its process, which on a busy machine takes a while. */
const RECEIVER_TEST = { timeout: 20_000 };

const SECRET = formatGeneratedSecret(new Uint8Array(32).fill(0xfb));
const PREVIOUS = formatGeneratedSecret(new Uint8Array(32).fill(7));
const OWN_SECRET = "it's-my-own_secret$/+=";
const MINUTE_MILLIS = 60_000;
const STRANGE_TEXT = 'Müller\u2028 "退職者" 🔑\t\u0000 $HOME `x` %s \\n';

function signed(secret: WebhookSecret | undefined, ageMinutes = 0): SignedRequest {
  return buildRequest({
    webhook: aWebhook(),
    secret,
    format: jsonFormat,
    finding: aFinding({ title: STRANGE_TEXT }),
    deliveryId: aDeliveryMessage().deliveryId,
    nowMillis: Date.now() - ageMinutes * MINUTE_MILLIS,
  });
}

const genuine = (ageMinutes = 0) => signed({ signing: { current: SECRET } }, ageMinutes);
/** The first secret is the current one. */
const signedBy = (current: string, ...previous: readonly string[]) =>
  signed({ signing: { current, previous: previous.map((secret) => ({ secret, until: Date.now() + 3_600_000 })) } });
const rotated = (next = SECRET) => signedBy(next, PREVIOUS);

function withHeader(request: SignedRequest, name: string, change: (value: string) => string): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? '') } };
}

function without(request: SignedRequest, name: string): SignedRequest {
  const { [name]: _dropped, ...headers } = request.headers;
  return { ...request, headers };
}

interface Case {
  readonly what: string;
  readonly request: () => SignedRequest;
  /** What the receiver is configured with. */
  readonly secret?: string;
}

/** Of the header that the snippet under test looks at. */
function genuineCases(): readonly Case[] {
  return [
    { what: 'a request of this moment', request: genuine },
    { what: 'a request of four minutes ago', request: () => genuine(4) },
    { what: 'a request that two secrets sign, by the new one', request: rotated },
    { what: 'a request that two secrets sign, by the previous one', request: rotated, secret: PREVIOUS },
    {
      what: 'a request that three secrets sign, by the oldest',
      request: () => signedBy(OWN_SECRET, SECRET, PREVIOUS),
      secret: PREVIOUS,
    },
    {
      what: 'a request signed with a secret that has no whsec_',
      request: () => signed({ signing: { current: OWN_SECRET } }),
      secret: OWN_SECRET,
    },
    {
      what: 'a request that a secret with and one without whsec_ sign',
      request: () => rotated(OWN_SECRET),
      secret: OWN_SECRET,
    },
  ];
}

function forgedCases(signature: 'webhook-signature' | 'x-thalian-signature'): readonly Case[] {
  const isStandard = signature === 'webhook-signature';
  const refreshed = (request: SignedRequest) => {
    const now = String(Math.floor(Date.now() / 1000));
    return isStandard
      ? withHeader(request, 'webhook-timestamp', () => now)
      : withHeader(request, signature, (value) => value.replace(/^t=\d+/, `t=${now}`));
  };
  const timestamped = (timestamp: string) =>
    isStandard
      ? withHeader(genuine(), 'webhook-timestamp', () => timestamp)
      : withHeader(genuine(), signature, (value) => value.replace(/^t=\d+/, `t=${timestamp}`));
  return [
    { what: 'a changed body', request: () => ({ ...genuine(), body: genuine().body.replace('82', '12') }) },
    { what: 'a body with a space more', request: () => ({ ...genuine(), body: `${genuine().body} ` }) },
    { what: 'an empty body', request: () => ({ ...genuine(), body: '' }) },
    { what: 'another secret', request: genuine, secret: PREVIOUS },
    { what: 'two other secrets', request: rotated, secret: OWN_SECRET },
    { what: 'a request of six minutes ago', request: () => genuine(6) },
    { what: 'a request from six minutes ahead', request: () => genuine(-6) },
    { what: 'an old request with a fresh timestamp', request: () => refreshed(genuine(6)) },
    { what: 'a timestamp that is a word', request: () => timestamped('now') },
    { what: 'a timestamp beyond all numbers', request: () => timestamped('9'.repeat(400)) },
    { what: 'no signature', request: () => without(genuine(), signature) },
    { what: 'no secret at our side', request: () => signed(undefined) },
    { what: 'an empty signature', request: () => withHeader(genuine(), signature, () => '') },
    { what: 'a signature of no bytes', request: () => withHeader(genuine(), signature, emptied) },
    { what: 'half a signature', request: () => withHeader(genuine(), signature, (value) => value.slice(0, -22)) },
    { what: 'a signature of an unknown version', request: () => withHeader(genuine(), signature, versionTwo) },
    { what: 'a pattern in place of a signature', request: () => withHeader(genuine(), signature, () => 'v1,* v1=*') },
    ...(isStandard
      ? [
          { what: 'another id', request: () => withHeader(genuine(), 'webhook-id', () => 'dlv_other') },
          { what: 'no id', request: () => without(genuine(), 'webhook-id') },
          { what: 'no timestamp', request: () => without(genuine(), 'webhook-timestamp') },
        ]
      : []),
  ];
}

/** `v1,` or `t=…,v1=`. */
function emptied(signature: string): string {
  return signature.replace(/(?<=v1[,=]).*$/, '');
}

function versionTwo(signature: string): string {
  return signature.replaceAll(/v1(?=[,=])/g, 'v2');
}

/** `verify` is asked for when the tests run, because some snippets have to be built first. */
function itJudges(signature: 'webhook-signature' | 'x-thalian-signature', isSkipped: boolean, verify: () => Verify) {
  it.skipIf(isSkipped).each(genuineCases())('accepts $what', async ({ request, secret = SECRET }) => {
    expect(await verify()(request(), secret)).toBe(true);
  });

  it.skipIf(isSkipped).each(forgedCases(signature))('refuses $what', async ({ request, secret = SECRET }) => {
    expect(await verify()(request(), secret)).toBe(false);
  });
}

function itIsAReceiver(isSkipped: boolean, program: () => ReceiverProgram) {
  it.skipIf(isSkipped)('does not start without a secret: with an empty key anybody could sign', async () => {
    expect(await program().runWithoutSecret()).toBeGreaterThan(0);
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
function itFailsClosed(script: string, signature: 'webhook-signature' | 'x-thalian-signature') {
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
