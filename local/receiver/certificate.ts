/** A certificate for a receiver on this machine: self-signed, so it is also what a sender must be told to trust. */
import { generate } from 'selfsigned';

export interface ReceiverCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** Valid for `localhost` and 127.0.0.1. */
export async function makeReceiverCertificate(): Promise<ReceiverCertificate> {
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
        ],
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
