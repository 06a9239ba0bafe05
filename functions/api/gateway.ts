/**
 * Hands an event of API Gateway's HTTP API to the app as a request, and the app's response back. What the request asks for
 * is not known here. Payload format 2.0: API Gateway guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
import type { Claims } from './actor.ts';
import type { GatewayBindings } from './http.ts';

export interface GatewayEvent {
  /** Decoded. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Names in lower case; the values of a header that came twice are joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly domainName: string;
    readonly http: { readonly method: string };
    readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } };
  };
}

export interface GatewayResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface App {
  fetch(request: Request, bindings: GatewayBindings): Response | Promise<Response>;
}

/** The content of these has no meaning (RFC 9110, 9.3.1), and `Request` takes none. */
const WITHOUT_CONTENT: readonly string[] = ['GET', 'HEAD'];

export function createGatewayHandler(app: App) {
  return async (event: GatewayEvent, lambdaContext: { getRemainingTimeInMillis(): number }): Promise<GatewayResult> => {
    const response = await app.fetch(requestOf(event), { event, lambdaContext });
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
}

function requestOf({ rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext }: GatewayEvent): Request {
  const { domainName, http } = requestContext;
  const url = new URL(`https://${domainName}`);
  url.pathname = rawPath;
  url.search = rawQueryString;
  const hasContent = body !== undefined && !WITHOUT_CONTENT.includes(http.method);
  return new Request(url, {
    method: http.method,
    headers: headersOf(headers),
    ...(hasContent && { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/** An empty header stays one: to leave it out would make a request without its Idempotency-Key of it. */
function headersOf(given: GatewayEvent['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) {
      headers.set(name, inLatin1(value));
    }
  }
  return headers;
}

/** `Headers` takes no character beyond Latin-1. Its stand-in is no ASCII either: what must be ASCII is refused. */
function inLatin1(value: string): string {
  return value.replaceAll(/[\u0100-\uffff]/g, '\u00ff');
}
