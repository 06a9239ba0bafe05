/** The one endpoint that SDKs and the AWS CLI talk to: finds the service by the request's target and asks its engine. */
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AwsError, type Engine, errorResponse, type Reset, type WireRequest, type WireResponse } from './engine.ts';
import { singleHeaders } from './forward.ts';
import { closeServer, LOOPBACK, listenOnLoopback } from './loopback-server.ts';

/** By the part of `X-Amz-Target` before the dot. */
const SERVICES = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  secretsmanager: 'secrets-manager',
  AWSEvents: 'eventbridge',
} as const;

/** Where the gateway returns the id of its process. Another server that has taken the port does not know it. */
export const OWNER_PATH = '/_local/owner';

export type Service = (typeof SERVICES)[keyof typeof SERVICES];

export interface Gateway {
  readonly endpointUrl: string;
  stop(): Promise<void>;
}

export async function startGateway(engines: Readonly<Record<Service, Engine>>, port: number): Promise<Gateway> {
  const server = createServer(async (incoming, response) => {
    const reply = await readRequest(incoming).then(responseTo).catch(errorResponse);
    if (reply === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    response.writeHead(reply.statusCode, reply.headers).end(reply.body);
  });
  const listeningPort = await listenOnLoopback(server, port);
  return { endpointUrl: `http://${LOOPBACK}:${listeningPort}`, stop: () => closeServer(server) };

  async function responseTo(request: WireRequest): Promise<WireResponse | Reset> {
    if (request.path === OWNER_PATH) {
      return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: String(process.pid) };
    }
    const service = serviceOf(request);
    return service === undefined ? refuseUnknown(request) : engines[service](request);
  }
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: singleHeaders(incoming),
    body: await buffer(incoming),
  };
}

function serviceOf({ headers }: WireRequest): Service | undefined {
  const [prefix = ''] = (headers['x-amz-target'] ?? '').split('.');
  return Object.hasOwn(SERVICES, prefix) ? SERVICES[prefix as keyof typeof SERVICES] : undefined;
}

/** In the protocol that the client speaks, so that it can show the message. */
function refuseUnknown({ headers }: WireRequest): WireResponse {
  const target = headers['x-amz-target'];
  const message = `The local system answers DynamoDB, SQS, Secrets Manager and EventBridge in their JSON protocols, not ${
    target ?? 'this request'
  }.`;
  const speaksXml = target === undefined && (headers['content-type'] ?? '').includes('x-www-form-urlencoded');
  return speaksXml
    ? {
        statusCode: 400,
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse><Error><Code>InvalidAction</Code><Message>${message}</Message></Error></ErrorResponse>`,
      }
    : errorResponse(new AwsError('UnknownOperationException', message));
}
