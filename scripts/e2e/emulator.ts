/** MiniStack on this machine: AWS as far as the stack needs it, reachable from here alone and gone with the run. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { get } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { closeServer, LOOPBACK, listenOnLoopback } from '../../local/aws/loopback-server.ts';
import { makeReceiverCertificate, type ReceiverCertificate } from '../../local/receiver/certificate.ts';
import { startService } from './run-command.ts';
import { openTwoProtocolPort } from './two-protocol-port.ts';

export interface Emulator {
  /** By address: before a host name the SDK would put a bucket's name. */
  readonly endpoint: string;
  /** PEM; its callers have to trust it. */
  readonly certificateFile: string;
  /** Of it and the functions that it started. */
  readonly processGroup: number | undefined;
  /** Rejects when it ends. */
  readonly ended: Promise<never>;
  /** Ends it and the functions it started; throws if its port is still open afterwards. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  readonly python: string;
  readonly env: NodeJS.ProcessEnv;
  /** For its certificate. */
  readonly folder: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

const READY_WITHIN_MILLIS = 60_000;

/** Each API of the emulator has a label of its own before it. */
const API_HOSTS = '*.execute-api.localhost';

/** One for all emulators of a run: a client trusts them together, and of two with one name it would try only the first. */
let certificateOfRun: Promise<ReceiverCertificate> | undefined;

/** With TLS: the queues' policies turn plain HTTP away, as they do on AWS. What the emulator asks itself comes without. */
export async function startEmulator({ python, env, folder, logFile, signal }: EmulatorOptions): Promise<Emulator> {
  certificateOfRun ??= makeReceiverCertificate([API_HOSTS]);
  const certificate = await certificateOfRun;
  const [certificateFile, keyFile] = [join(folder, 'emulator.crt'), join(folder, 'emulator.key')];
  writeFileSync(certificateFile, certificate.cert);
  writeFileSync(keyFile, certificate.key, { mode: 0o600 });
  const [tlsPort, plainPort] = await findFreePorts();
  const front = await openTwoProtocolPort(tlsPort, plainPort);
  const { port } = front;
  // Not by its own command, which would also take port 443 where it can.
  const tls = ['--bind', `${LOOPBACK}:${tlsPort}`, '--certfile', certificateFile, '--keyfile', keyFile];
  const bind = [...tls, '--insecure-bind', `${LOOPBACK}:${plainPort}`];
  // No worker beside it: what is started is what serves.
  const args = ['-m', 'hypercorn', 'ministack.app:app', '--workers', '0', ...bind];
  const emulatorEnv = { ...env, ...settings(port), NODE_EXTRA_CA_CERTS: certificateFile };
  const service = startService({ file: python, args, folder, env: emulatorEnv }, logFile);
  const stop = async () => {
    await service.stop();
    await front.close();
    if (await isOpen(tlsPort)) {
      throw new Error(`Port ${tlsPort} is still open after the emulator was ended.`);
    }
  };
  try {
    await Promise.race([untilReady(port, certificate.cert, signal), service.ended]);
    const { ended, processGroup } = service;
    return { endpoint: `https://${LOOPBACK}:${port}`, certificateFile, processGroup, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settings(port: number): NodeJS.ProcessEnv {
  return {
    GATEWAY_PORT: String(port),
    USE_SSL: '1',
    // In the URLs of queues and of the API. The API's has a label before it, and a URL cannot have one before an address.
    MINISTACK_HOST: 'localhost',
    // Functions run under their role's policies, as on AWS: a missing grant is an error.
    AUTH: 'true',
    // Listeners of their own that we do not use.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // Functions run on the `node` of the PATH; a container engine, where there is one, is left alone.
    LAMBDA_EXECUTOR: 'local',
    DOCKER_HOST: 'unix:///nonexistent',
  };
}

/** Free now: another program could take one before the emulator does, which then says so and ends. */
async function findFreePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()] as const;
  const [one, other] = servers;
  const ports = [await listenOnLoopback(one, 0), await listenOnLoopback(other, 0)] as const;
  await Promise.all(servers.map(closeServer));
  return ports;
}

async function untilReady(port: number, ca: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MILLIS;
  while (!(await isReady(port, ca))) {
    if (Date.now() > deadline) {
      throw new Error(`The emulator is not ready after ${READY_WITHIN_MILLIS / 1000} s; see its log.`);
    }
    signal.throwIfAborted();
    await wait(100);
  }
}

async function isReady(port: number, ca: string): Promise<boolean> {
  const request = get({ host: LOOPBACK, port, path: '/_ministack/ready', ca, agent: false, timeout: 2_000 });
  request.once('timeout', () => request.destroy(new Error('no answer')));
  try {
    const [response] = await once(request, 'response');
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const reply = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => reply(true));
    socket.once('error', () => reply(false));
  });
}
