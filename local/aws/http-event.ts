/**
 * An HTTP request as API Gateway's HTTP API hands it to a function: payload format 2.0 (API Gateway guide, "Create AWS
 * Lambda proxy integrations for HTTP APIs"). Where the guide says nothing, as measured by others on the real one.
 */
import type {
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from 'aws-lambda';
import type { Route } from './http-routes.ts';
import type { VerifiedClaims } from './jwt-authorizer.ts';

export interface HttpRequest {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  /** As it was sent, without the question mark. */
  readonly rawQueryString: string;
  readonly httpVersion: string;
  /** Names in lower case; a header that was sent twice has two values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly sourceIp: string;
}

/** What API Gateway knows by itself. */
export interface HttpEventContext {
  readonly route: Route;
  readonly account: string;
  readonly domainName: string;
  readonly requestId: string;
  readonly receivedAt: Date;
  /** Undefined on routes without an authorizer, and of requests that it does not accept. */
  readonly claims: VerifiedClaims | undefined;
}

export type HttpEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { authorizer?: APIGatewayEventRequestContextJWTAuthorizer }
>;

const STAGE = '$default';
const API_ID = 'local';

/** Between two hops only (RFC 9110, 7.6.1), or in another field of the event. */
const WITHHELD_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'cookie'];

/** Every other type is handed over in base64, forms and requests without a type among them. */
const TEXT_TYPES = /^(text\/.+|application\/(json|javascript|xml))$/;

/**
 * HTTP APIs hand the path over decoded, unlike REST APIs and function URLs, and lose what follows a decoded question mark
 * (reported in https://github.com/middleapi/standard-server/pull/93). Undefined if it cannot be decoded.
 */
export function splitTarget(target: string): Pick<HttpRequest, 'path' | 'rawQueryString'> | undefined {
  const [path = '', ...query] = target.split('?');
  try {
    return { path: decodeURIComponent(path).split('?')[0] ?? '', rawQueryString: query.join('?') };
  } catch {
    return undefined;
  }
}

export function toHttpEvent(request: HttpRequest, context: HttpEventContext): HttpEvent {
  const { method, path, rawQueryString, httpVersion, headers, body, sourceIp } = request;
  const { route, account, domainName, requestId, receivedAt, claims } = context;
  const cookies = headers['cookie']?.flatMap((header) => header.split(/; ?/)) ?? [];
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: joinHeaders(headers),
    ...(rawQueryString !== '' && { queryStringParameters: joinParameters(rawQueryString) }),
    requestContext: {
      accountId: account,
      apiId: API_ID,
      domainName,
      domainPrefix: API_ID,
      http: {
        method,
        path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent']?.join(',') ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: STAGE,
      time: toLogTime(receivedAt),
      timeEpoch: receivedAt.getTime(),
      ...(claims !== undefined && { authorizer: { jwt: { claims, scopes: null } } }),
    },
    ...(route.proxy !== undefined && { pathParameters: { proxy: route.proxy } }),
    ...toBody(body, headers['content-type']?.[0]),
  };
}

function joinHeaders(headers: HttpRequest['headers']): Record<string, string> {
  const passedOn = Object.entries(headers).filter(([name]) => !WITHHELD_HEADERS.includes(name));
  return Object.fromEntries(passedOn.map(([name, values]) => [name, values.join(',')]));
}

function joinParameters(rawQueryString: string): Record<string, string> {
  const parameters = new URLSearchParams(rawQueryString);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
}

/** Which types are text was measured in https://github.com/ministackorg/ministack/pull/766. */
function toBody(body: Buffer, contentType = ''): Pick<HttpEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) {
    return { isBase64Encoded: false };
  }
  const [mediaType = ''] = contentType.split(';');
  const isBase64Encoded = !TEXT_TYPES.test(mediaType.trim().toLowerCase());
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** `12/Mar/2020:19:03:58 +0000`, as web servers write it. */
function toLogTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
