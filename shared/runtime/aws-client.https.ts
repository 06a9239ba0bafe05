/** The clients of AWS, but DynamoDB's, which has a file of its own. */
import { AWS_CLIENT_SETTINGS, AWS_REQUEST_LIMITS } from './aws-client-settings.ts';
import { type AwsRequestHandler, createRequestHandler } from './request-handler.https.ts';

interface WithMiddleware {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** What differs between clients. */
interface Own {
  /** Absent: the function's own. */
  readonly region?: string;
}

type Settings = typeof AWS_CLIENT_SETTINGS & Own & { readonly requestHandler: AwsRequestHandler };

/**
 * A client that behaves as `AWS_CLIENT_SETTINGS` say, without the SDK's logging middleware: it copies every input and output
 * for a logger that there is not, which takes a quarter of a call's CPU time. What fails is logged by us.
 */
export function createAwsClient<Client extends WithMiddleware>(
  Client: new (settings: Settings) => Client,
  own: Own = {},
): Client {
  const requestHandler = createRequestHandler(AWS_REQUEST_LIMITS);
  const client = new Client({ ...AWS_CLIENT_SETTINGS, ...own, requestHandler });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
