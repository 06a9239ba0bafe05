/** The code that receivers without a secret copy, against requests as we sign them by Ed25519. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PublicKey, toPublicText } from '../../shared/webhook/public-keys.ts';
import { byKey, EARLIER, FORGED, GENUINE, KEY, publicOf } from '../builders/requests-by-key.ts';
import { type SignedRequest, signed } from '../builders/signed-requests.ts';
import { partOf } from '../thorough.ts';
import { buildGo, buildJava, findPython, isInstalled, pathOf, verifyByProgram } from './snippet-runners.ts';

/** A receiver that knows these keys. */
type VerifyByKeys = (request: SignedRequest, keys: readonly PublicKey[]) => Promise<boolean>;

function itJudges(isSkipped: boolean, verify: VerifyByKeys, forged = FORGED): void {
  it.skipIf(isSkipped).each(GENUINE)('accepts %s', async (_what, request, keys = publicOf(KEY)) => {
    expect(await verify(request(), keys)).toBe(true);
  });

  it.skipIf(isSkipped).each(forged)('refuses %s', async (_what, request, keys = publicOf(KEY)) => {
    expect(await verify(request(), keys)).toBe(false);
  });
}

const byProgram =
  (command: () => readonly string[]): VerifyByKeys =>
  (request, keys) =>
    verifyByProgram(command(), request, keys.map(toPublicText).join(' '));

describe('verify-v1a.mjs', () => {
  /** Serves the keys as they are at the moment of a request, and counts how often it was asked. */
  async function aJwksAddress(keys: PublicKey[]) {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const jwks = {
        keys: keys.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x })),
      };
      response
        .writeHead(keys.length === 0 ? 404 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(jwks));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { createVerifier } = await import(pathOf('verify-v1a.mjs'));
    const isGenuine = createVerifier(`http://127.0.0.1:${port}/jwks`);
    return {
      asked: () => asked,
      isGenuine: ({ headers, body }: SignedRequest): Promise<boolean> => isGenuine(headers, Buffer.from(body)),
    };
  }

  itJudges(false, async (request, keys) => (await aJwksAddress([...keys])).isGenuine(request));

  it('asks for the keys once, and again for a signature by none of them, once a minute at most', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const keys = publicOf(EARLIER);
    const { isGenuine, asked } = await aJwksAddress(keys);
    expect(await isGenuine(signed({ signingKeys: { current: EARLIER } }))).toBe(true);
    expect(await isGenuine(signed({ signingKeys: { current: EARLIER } }))).toBe(true);
    expect(asked()).toBe(1);
    keys.unshift(...publicOf(KEY));
    expect(await isGenuine(byKey())).toBe(false);
    expect(asked()).toBe(1);
    vi.setSystemTime(Date.now() + 61_000);
    expect(await isGenuine(byKey())).toBe(true);
    expect(asked()).toBe(2);
  });

  it('rejects, rather than takes a request for forged, if there are no keys to read', async () => {
    const { isGenuine } = await aJwksAddress([]);
    await expect(isGenuine(byKey())).rejects.toThrow('responds 404');
  });
});

/** Where the package is, not only the language. */
const lacksPython = !isInstalled('python3', '--version') || !isInstalled('python3', '-c', 'import cryptography');

describe(`verify-v1a.py${lacksPython ? ' (skipped: there is no python3 with cryptography here)' : ''}`, () => {
  itJudges(
    lacksPython,
    byProgram(() => [findPython(), pathOf('verify-v1a.py')]),
    partOf(FORGED),
  );
});

const lacksGo = !isInstalled('go', 'version');

describe(`verify-v1a.go${lacksGo ? ' (skipped: there is no go here)' : ''}`, () => {
  let built: Awaited<ReturnType<typeof buildGo>> | undefined;
  beforeAll(async () => {
    built = lacksGo ? undefined : await buildGo('verify-v1a.go');
  }, 180_000);
  afterAll(() => built?.remove());
  itJudges(
    lacksGo,
    byProgram(() => [built?.program ?? '']),
    partOf(FORGED),
  );
});

const lacksJava = !isInstalled('javac', '-version') || !isInstalled('java', '-version');

describe(`verify-v1a.java${lacksJava ? ' (skipped: there is no javac here)' : ''}`, { timeout: 20_000 }, () => {
  let built: Awaited<ReturnType<typeof buildJava>> | undefined;
  beforeAll(async () => {
    built = lacksJava ? undefined : await buildJava('verify-v1a.java');
  }, 180_000);
  afterAll(() => built?.remove());
  itJudges(
    lacksJava,
    byProgram(() => ['java', '-Xshare:auto', '-cp', built?.folder ?? '', 'VerifyV1a']),
    partOf(FORGED),
  );
});
