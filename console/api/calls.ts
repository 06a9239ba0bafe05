/** One call of the configuration API from the page: the token, the time it may take, and what a response that is no success means. */
import type * as z from 'zod';
import { changesSchema, MOST_READS } from '../../shared/api/changes.schema.ts';
import { problemSchema } from '../../shared/api/problems.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { tame } from '../frame/tame.ts';
import { ApiError } from './api-error.ts';
import { createGathering, type Gathered, type ReadResult } from './gathering.ts';

/** A change is for the webhook as it was read: the API refuses it if the webhook has changed since. */
export type Target = Pick<WebhookResponse, 'id' | 'revision'>;

export interface CallDependencies {
  /** Undefined if no reader is signed in. */
  readonly idToken: () => Promise<string | undefined>;
  /** Hears of every call that failed for want of a valid token. */
  readonly onSignedOut: () => void;
  readonly fetch: typeof fetch;
}

interface Call {
  readonly body?: object;
  readonly target?: Target;
  /** The same for every try of one request, so that it is carried out once. */
  readonly idempotencyKey?: string;
  /** Ends the request when its response is no longer wanted. */
  readonly signal?: AbortSignal | undefined;
}

/** The API responds within 30 s or not at all (API Gateway's limit); a little longer to get here. */
const TIMEOUT_MILLIS = 35_000;

interface Together {
  /** The mark of everything that was asked about. */
  readonly mark: string;
  /** What was asked about, each below `/v1`. */
  readonly paths: readonly string[];
  /** In the order of the reads; undefined if nothing has changed. */
  readonly results?: readonly PromiseSettledResult<unknown>[];
}

export function createCalls({ idToken, onSignedOut, fetch }: CallDependencies) {
  async function send(
    method: string,
    path: string,
    { body, target, idempotencyKey, signal }: Call,
  ): Promise<ReadResult> {
    const token = await idToken();
    if (token === undefined) {
      throw new ApiError({ kind: 'signed-out' });
    }
    const request: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(target && { 'if-match': `"${target.revision}"` }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MILLIS), ...(signal ? [signal] : [])]),
      ...(body && { body: JSON.stringify(body) }),
    };
    try {
      const response = await fetch(`/v1${path}`, request);
      const retryAfter = Number(response.headers.get('retry-after') ?? undefined);
      return {
        status: response.status,
        json: parseJson(await response.text()),
        ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
      };
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
      throw new ApiError({ kind: isTimeout ? 'timed-out' : 'unreachable' });
    }
  }

  /** Of the reads that travel in one request, by their signals. */
  const gathering = new WeakMap<AbortSignal, (path: string) => Promise<ReadResult>>();

  async function perform(method: string, path: string, call: Call = {}): Promise<unknown> {
    const { status, json, retryAfterSeconds } = await read(method, path, call);
    if (status >= 200 && status < 300) {
      return json;
    }
    if (status === 401) {
      throw new ApiError({ kind: 'signed-out' });
    }
    const problem = problemSchema.safeParse(json);
    const failed = { status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    throw new ApiError(
      problem.success ? { kind: 'refused', ...failed, problem: problem.data } : { kind: 'failed', ...failed },
    );
  }

  /** What a page reads while it opens goes together; what it reads again goes with the question for changes. */
  function read(method: string, path: string, call: Call): Promise<ReadResult> {
    const again = call.signal && gathering.get(call.signal);
    if (again !== undefined) {
      return again(path);
    }
    return method === 'GET' && call.signal ? opening.read(path) : send(method, path, call);
  }

  const opening = createGathering({
    alone: (path) => send('GET', path, {}),
    together: (webhookId, paths) =>
      send('POST', '/changes', { body: { webhookId, reads: paths.map((path) => `/v1${path}`) } }),
    onGathered: () => hearOfOpening?.(),
  });
  let hearOfOpening: (() => (read: Gathered) => void) | undefined;

  async function call<Schema extends z.ZodType>(
    schema: Schema,
    ...request: Parameters<typeof perform>
  ): Promise<z.output<Schema>> {
    try {
      const parsed = schema.safeParse(await perform(...request));
      if (!parsed.success) {
        throw new ApiError({ kind: 'unreadable' });
      }
      return parsed.data;
    } catch (error) {
      if (error instanceof ApiError && error.failure.kind === 'signed-out') {
        onSignedOut();
      }
      throw error;
    }
  }

  /** Each of `reads` calls a method of this client with its signal, and before it waits for anything. */
  async function readTogether(
    about: { readonly webhookId: string | undefined; readonly since: (paths: readonly string[]) => string | undefined },
    reads: readonly ((signal: AbortSignal) => Promise<unknown>)[],
  ): Promise<Together> {
    const paths: string[] = [];
    const responses = Promise.withResolvers<readonly ReadResult[] | undefined>();
    const settled = Promise.allSettled(
      reads.map((read) => {
        const { signal } = new AbortController();
        gathering.set(signal, async (path) => {
          const index = paths.push(path) - 1;
          const response = (await responses.promise)?.[index];
          if (response === undefined) {
            throw new ApiError({ kind: 'unreadable' });
          }
          return response;
        });
        return read(signal);
      }),
    );
    try {
      const {
        mark,
        hasChanged,
        reads: read,
      } = await call(changesSchema, 'POST', '/changes', {
        body: {
          webhookId: about.webhookId,
          since: about.since(paths),
          reads: paths.slice(0, MOST_READS).map((path) => `/v1${path}`),
        },
      });
      responses.resolve(read.map(({ status, body }) => ({ status, json: body })));
      return { mark, paths, ...(hasChanged && { results: await settled }) };
    } catch (error) {
      responses.resolve(undefined);
      throw error;
    }
  }

  return {
    call,
    readTogether,
    /** `begin` is called before what a page reads first is asked for together; what it returns, with the response. */
    onOpening: (begin: () => (read: Gathered) => void) => {
      hearOfOpening = begin;
    },
  };
}

/** Undefined if it is empty or no JSON: not every response is the API's own. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, shown);
  } catch {
    return undefined;
  }
}

/** Of a body the page offers the exact bytes for copying: `Code` tames what it shows of them. */
function shown(name: string, value: unknown): unknown {
  return typeof value === 'string' && name !== 'body' ? tame(value) : value;
}
