/** Certificates made at test time: self-signed unless issued by another, so each is also the authority a client must trust. */
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificateTraits {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** The certificate of the authority that signs it. */
  readonly issuer?: TestCertificate;
  /** Whether it may issue others; by default only one that no other has issued. */
  readonly isAuthority?: boolean;
  /** Whether clients alone may have it. */
  readonly isForClients?: boolean;
  /** Whether it is signed by SHA-1. */
  readonly isWeak?: boolean;
}

/** A certificate valid for exactly these host names and addresses. */
export function aCertificateFor(...hosts: readonly [string, ...string[]]): Promise<TestCertificate> {
  return aCertificateWith({}, ...hosts);
}

export async function aCertificateWith(
  { notBefore, notAfter, issuer, isAuthority = issuer === undefined, isForClients, isWeak }: CertificateTraits,
  ...hosts: readonly [string, ...string[]]
): Promise<TestCertificate> {
  const pems = await generate([{ name: 'commonName', value: hosts[0] }], {
    // Elliptic: a pair is made in a millisecond, an RSA one takes a tenth of a second.
    keyType: 'ec',
    algorithm: isWeak ? 'sha1' : 'sha256',
    ...(notBefore && { notBeforeDate: notBefore }),
    ...(notAfter && { notAfterDate: notAfter }),
    ...(issuer && { ca: issuer }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(isForClients ? [{ name: 'extKeyUsage' as const, clientAuth: true }] : []),
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
