/**
 * The client of DynamoDB. The first call of a kind takes the SDK's whole way; what that has worked out for good, each further
 * call takes over (docs/adr/0041-a-further-call-takes-a-shorter-way.md).
 */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AWS_CLIENT_SETTINGS, AWS_REQUEST_LIMITS } from './aws-client-settings.ts';
import { type AwsRequest, createRequestHandler } from './request-handler.https.ts';
import { Sha256 } from './sha256.ts';

/** What is left out of the shorter way. Serialiser, retries, signature and deserialiser are not: they differ from call to call. */
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
  const shorter = client.middlewareStack.clone();
  for (const name of LEFT_OUT) {
    shorter.remove(name);
  }
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
