/**
 * One AWS service on this machine, as the gateway sees it: a whole request in, a whole response out. Requests are read to
 * the end before an engine hears of them, so that a client that is killed half-way cannot confuse one; and whatever
 * stands between (a proxy that injects faults) wraps an `Engine` in another `Engine`.
 */

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Instead of a response: the client's connection is reset, as by a server that dies. */
export type Reset = 'reset';

export type Engine = (request: WireRequest) => Promise<WireResponse | Reset>;

/** An engine on a port of its own, for the gateway to forward to. */
export interface RunningEngine {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  stop(): Promise<void>;
}

/** A refusal in the words of the service; clients turn `code` into the exception's name. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

export type Input = Readonly<Record<string, unknown>>;

/** One operation of a stand-in. Throws `AwsError` for what the service would refuse. */
export type Operation = (input: Input) => object | Promise<object>;

const JSON_TYPE = 'application/x-amz-json-1.1';

/** A service that speaks AWS JSON 1.1, made of its operations by name. */
export function jsonEngine(operations: Readonly<Record<string, Operation>>): Engine {
  return async ({ headers, body }) => {
    try {
      const target = headers['x-amz-target'] ?? '';
      const operation = operations[target.slice(target.indexOf('.') + 1)];
      if (operation === undefined) {
        throw new AwsError('UnknownOperationException', `The local system does not know ${target}.`);
      }
      return jsonResponse(200, await operation(parseInput(body)));
    } catch (error) {
      return errorResponse(error);
    }
  };
}

export function errorResponse(error: unknown): WireResponse {
  const { code, message, statusCode } =
    error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  return jsonResponse(statusCode, { __type: code, message });
}

function jsonResponse(statusCode: number, value: object): WireResponse {
  return { statusCode, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(value) };
}

function parseInput(body: Buffer): Input {
  const value: unknown = parseJson(body.toString('utf8'));
  if (typeof value !== 'object' || value === null) {
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
  return { ...value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}
