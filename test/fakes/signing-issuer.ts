/** An OIDC issuer that signs whatever a test wants signed, and publishes its keys. */
import { createServer } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { closeServer, LOOPBACK, listenOnLoopback } from '../../local/aws/loopback-server.ts';

export interface SigningIssuer {
  readonly issuerUrl: string;
  /** The changes to a token that is fine; undefined takes a claim or a parameter of the header out. */
  sign(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** As published: anybody may know it. */
  readonly publicKeyPem: string;
  stop(): Promise<void>;
}

export const AUDIENCE = 'client-1';

const KEY_ID = 'key-1';

export async function startSigningIssuer(alg: 'RS256' | 'ES256' = 'RS256'): Promise<SigningIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const keys = [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig' }];
  const server = createServer(({ url }, response) => {
    const documents: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` },
      '/keys': { keys },
    };
    const document = documents[url ?? ''];
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  const issuerUrl = `http://${LOOPBACK}:${await listenOnLoopback(server, 0)}`;
  return {
    issuerUrl,
    publicKeyPem: await exportSPKI(publicKey),
    sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload: Record<string, unknown> = { iss: issuerUrl, aud: AUDIENCE, iat: now, exp: now + 60, ...claims };
      return new SignJWT(payload).setProtectedHeader({ kid: KEY_ID, ...header, alg }).sign(privateKey);
    },
    stop: () => closeServer(server),
  };
}
