/** Calls the deployed API as anybody with a token would, or without one. */
import { once } from 'node:events';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import type * as z from 'zod';
import { LOOPBACK } from '../../local/aws/loopback-server.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ApiResponse {
  readonly statusCode: number;
  /** As JSON; undefined if there was no body. */
  readonly body: unknown;
}

export interface ApiClient {
  call(method: Method, path: string, body?: object): Promise<ApiResponse>;
  /** What a successful call answers; throws, with the response, at every other status. */
  ask<T>(schema: z.ZodType<T>, method: Method, path: string, body?: object): Promise<T>;
}

/** API Gateway gives a function 30 s; an emulator on a busy machine is slower to start one. */
const TIMEOUT_MILLIS = 60_000;

/** RFC 6761, 6.3: names below `localhost` are this machine. Not every resolver knows. */
const lookup: LookupFunction = (_name, { all }, callback) =>
  all ? callback(null, [{ address: LOOPBACK, family: 4 }]) : callback(null, LOOPBACK, 4);

/**
 * Answers the clients of one API, by token. Their calls wait for each other: of those made at the same time each would
 * start an instance of the function, which a machine that plays AWS has to bear.
 */
export function createApiClients(apiUrl: string): (token: string | undefined) => ApiClient {
  const isHere = new URL(apiUrl).hostname.endsWith('.localhost');
  let latest: Promise<unknown> = Promise.resolve();

  async function send(token: string | undefined, method: Method, path: string, body?: object): Promise<ApiResponse> {
    const sent = request(new URL(path, apiUrl), {
      method,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(isHere && { lookup }),
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(sent, 'response');
    const reply = await text(response);
    return { statusCode: response.statusCode, body: reply === '' ? undefined : JSON.parse(reply) };
  }

  return (token) => {
    function call(method: Method, path: string, body?: object): Promise<ApiResponse> {
      const reply = latest.then(() => send(token, method, path, body));
      // One that fails is the caller's affair, not the next one's.
      latest = reply.catch(() => {});
      return reply;
    }
    return {
      call,
      async ask(schema, method, path, body) {
        const reply = await call(method, path, body);
        if (reply.statusCode >= 300) {
          throw new Error(`${method} ${path} was answered with ${reply.statusCode}: ${JSON.stringify(reply.body)}`);
        }
        return schema.parse(reply.body);
      },
    };
  };
}
