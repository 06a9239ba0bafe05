/** Certificates made at test time: self-signed, so each is also the authority a client must be told to trust. */
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** A certificate valid for exactly these host names and addresses. */
export async function aCertificateFor(...hosts: readonly [string, ...string[]]): Promise<TestCertificate> {
  const pems = await generate([{ name: 'commonName', value: hosts[0] }], {
    // Elliptic: a pair is made in a millisecond, an RSA one takes a tenth of a second.
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
