import { once } from 'node:events';
import { createServer, get as getPlain } from 'node:http';
import { createServer as createTlsServer, get as getByTls } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeServer, LOOPBACK, listenOnLoopback } from '../../../local/aws/loopback-server.ts';
import { makeReceiverCertificate, type ReceiverCertificate } from '../../../local/receiver/certificate.ts';
import { openTwoProtocolPort, type TwoProtocolPort } from '../../../scripts/e2e/two-protocol-port.ts';

describe('a port for two protocols', () => {
  const big = 'x'.repeat(1_000_000);
  const plain = createServer((_, response) => response.end('plain'));
  let certificate: ReceiverCertificate;
  let byTls: ReturnType<typeof createTlsServer>;
  let both: TwoProtocolPort;
  beforeAll(async () => {
    certificate = await makeReceiverCertificate();
    byTls = createTlsServer(certificate, (_, response) => response.end(big));
    both = await openTwoProtocolPort(await listenOnLoopback(byTls, 0), await listenOnLoopback(plain, 0));
  });
  afterAll(() => Promise.all([closeServer(byTls), closeServer(plain)]));

  it('brings TLS to the one server and plain HTTP to the other, and their answers back', async () => {
    const options = { host: LOOPBACK, port: both.port, agent: false } as const;
    const [overTls] = await once(getByTls({ ...options, ca: certificate.cert }), 'response');
    const [inPlain] = await once(getPlain(options), 'response');
    expect(await text(overTls)).toBe(big);
    expect(await text(inPlain)).toBe('plain');
  });

  it('closes whatever is still open, said or unsaid', async () => {
    const silent = connect(both.port, LOOPBACK);
    await once(silent, 'connect');
    const cut = once(silent, 'close');
    await both.close();
    await cut;
  });
});
