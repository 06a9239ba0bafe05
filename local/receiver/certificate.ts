/** A certificate for a receiver on this machine: self-signed, so a sender must trust it, too. */
import { generate } from 'selfsigned';

export interface ReceiverCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** Valid for `localhost`, 127.0.0.1 and the names given; one may begin with `*.`. */
export async function makeReceiverCertificate(names: readonly string[] = []): Promise<ReceiverCertificate> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    // Elliptic: a pair is made in a millisecond, an RSA one takes a tenth of a second.
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          ...names.map((value) => ({ type: 2, value }) as const),
        ],
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
