/**
 * The client of DynamoDB. The first call of a kind takes the SDK's whole way; what that has worked out for good, each further
 * call takes over (docs/adr/0041-a-further-call-takes-a-shorter-way.md).
 */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AWS_CLIENT_SETTINGS, AWS_REQUEST_LIMITS } from './aws-client-settings.ts';
import { type AwsRequest, type AwsResponse, createRequestHandler } from './request-handler.https.ts';
import { Sha256 } from './sha256.ts';

type Stack = DynamoDBClient['middlewareStack'];

/** What is left out of the shorter way. Retries and signature are not: they differ from call to call. */
const LEFT_OUT = [
  // These set what the first call of a kind has set already, beside the endpoint, which belongs to the command.
  'httpAuthSchemeMiddleware',
  // Node counts the bytes itself.
  'contentLengthMiddleware',
  // AWS notices loops by SQS, SNS and S3 (Lambda developer guide, "Recursive loop detection"), not by DynamoDB.
  'recursionDetectionMiddleware',
  // What the SDK and Node are called and which of its features are on: a statistic of AWS.
  'getUserAgentMiddleware',
];

export function createDynamoClient(settings: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({
    ...AWS_CLIENT_SETTINGS,
    requestHandler: createRequestHandler(AWS_REQUEST_LIMITS),
    sha256: Sha256,
    // Of one kind all calls share a context, in which the first leaves what it has worked out.
    cacheMiddleware: true,
    ...settings,
  });
  client.middlewareStack.remove('loggerMiddleware');
  keepSigner(client);
  shortenFurtherCalls(client);
  return client;
}

/** The SDK makes a signer for each request; only its credentials change, and it asks for them at each request. */
function keepSigner({ config }: DynamoDBClient): void {
  const make = config.signer;
  let kept: ReturnType<typeof make> | undefined;
  config.signer = (scheme) => {
    kept ??= make(scheme).catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

function shortenFurtherCalls(client: DynamoDBClient): void {
  const shorter = without(client.middlewareStack, LEFT_OUT);
  writeJson(shorter);
  readJson(shorter);
  client.middlewareStack.add(
    (next, context) => {
      const further = shorter.resolve<never, never>(
        ({ request }) => client.config.requestHandler.handle(request as AwsRequest),
        context,
      );
      return (call) => (context.endpointV2 === undefined ? next(call) : further(call as never));
    },
    // The last of what begins a call, so that what traces calls is in front of both ways.
    { step: 'initialize', priority: 'low', name: 'shorterWayMiddleware' },
  );
}

/**
 * A request is its input as JSON: the commands here have neither bytes nor dates, the two that JSON writes differently. All else
 * of it is of the command, and comes from the SDK's serialiser once.
 */
function writeJson(shorter: Stack): void {
  const serializer = only(shorter, 'serializerMiddleware');
  shorter.add(
    (next, context) => {
      const bySdk = serializer.resolve<never, never>(async ({ request }) => ({ response: request }), context);
      let head: AwsRequest | undefined;
      return async (call) => {
        head ??= (await bySdk({ input: {} as never })).response as AwsRequest;
        const request = { ...head, headers: { ...head.headers }, body: Buffer.from(JSON.stringify(call.input)) };
        return next({ ...call, request });
      };
    },
    { step: 'serialize', name: 'serializerMiddleware', override: true },
  );
}

/** What failed is read by the SDK, which makes an error of it. */
function readJson(shorter: Stack): void {
  const deserializer = only(shorter, 'deserializerMiddleware');
  shorter.add(
    (next, context) => {
      const bySdk = deserializer.resolve<never, never>(async ({ request }) => ({ response: request }), context);
      return async (call) => {
        const { response } = await next(call);
        const { statusCode, headers, body } = response as AwsResponse;
        if (statusCode >= 300) {
          return bySdk({ input: {} as never, request: response } as never);
        }
        const output = body.length === 0 ? {} : JSON.parse(body.toString());
        output.$metadata = { httpStatusCode: statusCode, requestId: headers['x-amzn-requestid'] };
        return { response, output };
      };
    },
    { step: 'deserialize', name: 'deserializerMiddleware', override: true },
  );
}

function without(stack: Stack, names: readonly string[]): Stack {
  const rest = stack.clone();
  for (const name of names) {
    rest.remove(name);
  }
  return rest;
}

function only(stack: Stack, kept: string): Stack {
  const names = stack.identify().map((line) => line.split(' ')[0] ?? '');
  return without(
    stack,
    names.filter((name) => name !== kept),
  );
}
