/**
 * Adds the calls of AWS to the trace that Lambda keeps of an invocation, where the stage traces and Lambda samples it: one
 * datagram to the daemon beside the function for each call (X-Ray developer guide, "Segment documents"). It has the call's name,
 * its times and whether it failed, never its input or output. What is not sampled costs a look at a variable.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';

/** What Lambda sets; each invocation has a trace of its own. */
export interface TraceEnvironment {
  readonly [name: string]: string | undefined;
  readonly _X_AMZN_TRACE_ID?: string | undefined;
  readonly AWS_XRAY_DAEMON_ADDRESS?: string | undefined;
}

export interface Subsegment {
  readonly name: string;
  readonly namespace: 'aws' | 'remote';
  readonly aws?: { readonly operation: string };
  readonly http?: {
    readonly request: { readonly method: string; readonly url: string };
    readonly response?: { readonly status: number };
  };
  /** Neither the caller nor X-Ray can tell more. */
  readonly fault?: true;
}

export interface Tracer {
  /** The same client, its calls traced. */
  traced<Client extends object>(client: Client): Client;
  /** Runs `work`; `describe` says what it was, of its result or, if it threw, of nothing. */
  trace<T>(work: () => Promise<T>, describe: (result: T | undefined) => Subsegment): Promise<T>;
}

const HEADER = `${JSON.stringify({ format: 'json', version: 1 })}\n`;

type Handler = (args: unknown) => Promise<unknown>;

interface Stack {
  add(
    middleware: (next: Handler, context: { readonly clientName?: string; readonly commandName?: string }) => Handler,
    options: { readonly step: 'initialize'; readonly name: string },
  ): void;
}

export function createXrayTracer(environment: TraceEnvironment): Tracer {
  let socket: Socket | undefined;

  async function trace<T>(work: () => Promise<T>, describe: (result: T | undefined) => Subsegment): Promise<T> {
    const parent = sampledParent(environment._X_AMZN_TRACE_ID);
    if (parent === undefined) {
      return work();
    }
    const startedAt = Date.now();
    let result: T | undefined;
    try {
      result = await work();
      return result;
    } finally {
      send({
        ...parent,
        ...describe(result),
        id: randomBytes(8).toString('hex'),
        type: 'subsegment',
        start_time: startedAt / 1000,
        end_time: Date.now() / 1000,
      });
    }
  }

  /** A trace that is lost is lost: nothing waits for it and nothing fails. */
  function send(document: object): void {
    const [host, port] = (environment.AWS_XRAY_DAEMON_ADDRESS ?? '').split(':');
    if (host && port) {
      socket ??= createSocket('udp4')
        .unref()
        .on('error', () => {});
      socket.send(HEADER + JSON.stringify(document), Number(port), host, () => {});
    }
  }

  return {
    trace,
    traced(client) {
      // The clients' stacks differ in their types only by what passes through.
      (client as { readonly middlewareStack: Stack }).middlewareStack.add(
        (next, { clientName = 'AWS', commandName = 'unknown' }) =>
          (args) =>
            trace(
              () => next(args),
              (result) => ({
                name: clientName.replace(/Client$/, ''),
                namespace: 'aws',
                aws: { operation: commandName.replace(/Command$/, '') },
                ...(result === undefined && { fault: true }),
              }),
            ),
        { step: 'initialize', name: 'xray' },
      );
      return client;
    },
  };
}

/** `Root=1-…;Parent=…;Sampled=1;…` */
function sampledParent(header = '') {
  // Most invocations: they are not to pay for the parsing.
  if (!header.includes('Sampled=1')) {
    return undefined;
  }
  const fields = new Map(header.split(';').map((field) => field.split('=', 2) as [string, string | undefined]));
  const [root, parent] = [fields.get('Root'), fields.get('Parent')];
  return fields.get('Sampled') === '1' && root && parent ? { trace_id: root, parent_id: parent } : undefined;
}
