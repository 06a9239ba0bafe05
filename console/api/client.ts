/** The configuration API, called from the page: its own schemas say what goes out and check what comes back. */

import * as z from 'zod';
import { alertPreviewSchema } from '../../shared/api/alert-preview.schema.ts';
import { challengeResultSchema } from '../../shared/api/challenge.schema.ts';
import { changesSchema, MOST_READS } from '../../shared/api/changes.schema.ts';
import {
  bulkRetrySchema,
  type DeliveryResponse,
  deliveryDetailSchema,
  deliveryPageSchema,
  deliverySchema,
  testPreviewSchema,
  testSendSchema,
} from '../../shared/api/delivery-responses.schema.ts';
import { type FormatPreviewRequest, formatPreviewSchema } from '../../shared/api/format-preview.schema.ts';
import { formatListSchema } from '../../shared/api/format-responses.schema.ts';
import { payloadPreviewSchema } from '../../shared/api/payload-preview.schema.ts';
import { problemSchema } from '../../shared/api/problems.schema.ts';
import type { BulkRetryRequest } from '../../shared/api/retry-requests.schema.ts';
import type { keyRequestSchema, rotateRequestSchema } from '../../shared/api/signing-requests.schema.ts';
import { statsSchema } from '../../shared/api/stats-response.schema.ts';
import type { TestSendRequest } from '../../shared/api/test-send-request.schema.ts';
import type { ChangeRequest, connectRequestSchema } from '../../shared/api/webhook-requests.schema.ts';
import {
  changedWebhookSchema,
  type WebhookResponse,
  webhookListSchema,
  webhookSchema,
} from '../../shared/api/webhook-responses.schema.ts';
import type { SeverityLevel } from '../../shared/finding/severity.ts';
import { tame } from '../frame/tame.ts';
import { ApiError } from './api-error.ts';
import { createGathering, type Gathered, type ReadResult } from './gathering.ts';

export type DeliveryStatus = DeliveryResponse['status'];

/** As the API takes it; `cursor` is of the page. */
export interface LogQuery {
  readonly status?: DeliveryStatus;
  readonly severity?: SeverityLevel;
  readonly cause?: string;
  readonly since?: string;
  readonly until?: string;
  readonly search?: string;
  readonly order?: 'detection';
  readonly cursor?: string;
}

export interface StatsQuery {
  readonly hours: number;
  readonly by: 'arrival' | 'detection';
}

export type ConnectRequest = z.input<typeof connectRequestSchema>;
export type RotateRequest = z.input<typeof rotateRequestSchema>;
export type KeyRequest = z.input<typeof keyRequestSchema>;

/** A change is for the webhook as it was read: the API refuses it if the webhook has changed since. */
export type Target = Pick<WebhookResponse, 'id' | 'revision'>;

export type ApiClient = ReturnType<typeof createApiClient>;

export interface ApiClientDependencies {
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

const PAGE_SIZE = 20;

interface Together {
  /** The mark of everything that was asked about. */
  readonly mark: string;
  /** What was asked about, each below `/v1`. */
  readonly paths: readonly string[];
  /** In the order of the reads; undefined if nothing has changed. */
  readonly results?: readonly PromiseSettledResult<unknown>[];
}

export function createApiClient({ idToken, onSignedOut, fetch }: ApiClientDependencies) {
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

  const webhook = (id: string) => `/webhooks/${encodeURIComponent(id)}`;
  const delivery = (webhookId: string, id: string) => `${webhook(webhookId)}/deliveries/${encodeURIComponent(id)}`;

  return {
    readTogether,
    /** `begin` is called before what a page reads first is asked for together; what it returns, with the response. */
    onOpening: (begin: () => (read: Gathered) => void) => {
      hearOfOpening = begin;
    },

    listFormats: async (signal?: AbortSignal) => (await call(formatListSchema, 'GET', '/formats', { signal })).formats,
    previewFormat: (id: string, body: FormatPreviewRequest) =>
      call(formatPreviewSchema, 'POST', `/formats/${encodeURIComponent(id)}/preview`, { body }),

    listWebhooks: (signal?: AbortSignal) => call(webhookListSchema, 'GET', '/webhooks', { signal }),
    readWebhook: (id: string, signal?: AbortSignal) => call(webhookSchema, 'GET', webhook(id), { signal }),
    connect: (body: ConnectRequest, idempotencyKey: string) =>
      call(changedWebhookSchema, 'POST', '/webhooks', { body, idempotencyKey }),
    change: (target: Target, body: ChangeRequest) =>
      call(changedWebhookSchema, 'PATCH', webhook(target.id), { target, body }),
    setAlerts: (target: Target, body: WebhookResponse['alerts']) =>
      call(changedWebhookSchema, 'PUT', `${webhook(target.id)}/alerts`, { target, body }),
    previewPayload: (id: string) => call(payloadPreviewSchema, 'GET', `${webhook(id)}/payload-preview`),
    previewAlerts: (id: string, body: WebhookResponse['alerts']) =>
      call(alertPreviewSchema, 'POST', `${webhook(id)}/alerts/preview`, { body }),
    pause: (target: Target) => call(changedWebhookSchema, 'POST', `${webhook(target.id)}/pause`, { target }),
    resume: (target: Target) => call(changedWebhookSchema, 'POST', `${webhook(target.id)}/resume`, { target }),
    remove: (target: Target) => call(z.unknown(), 'DELETE', webhook(target.id), { target }),

    rotateSecret: (target: Target, body: RotateRequest, idempotencyKey: string) =>
      call(changedWebhookSchema, 'POST', `${webhook(target.id)}/secret`, { target, body, idempotencyKey }),
    removeSecret: (target: Target) => call(changedWebhookSchema, 'DELETE', `${webhook(target.id)}/secret`, { target }),
    rotateKey: (target: Target, body: KeyRequest, idempotencyKey: string) =>
      call(changedWebhookSchema, 'POST', `${webhook(target.id)}/signing-key`, { target, body, idempotencyKey }),
    removeKey: (target: Target) =>
      call(changedWebhookSchema, 'DELETE', `${webhook(target.id)}/signing-key`, { target }),

    challenge: (target: Target) => call(challengeResultSchema, 'POST', `${webhook(target.id)}/challenge`, { target }),

    sendTest: (id: string, body: TestSendRequest) => call(testSendSchema, 'POST', `${webhook(id)}/test`, { body }),
    previewTest: (id: string, body: TestSendRequest, signal?: AbortSignal) =>
      call(testPreviewSchema, 'POST', `${webhook(id)}/test/preview`, { body, signal }),

    listDeliveries: (id: string, page: LogQuery & { readonly limit?: number }, signal?: AbortSignal) =>
      call(deliveryPageSchema, 'GET', `${webhook(id)}/deliveries?${queryOf({ limit: PAGE_SIZE, ...page })}`, {
        signal,
      }),
    readDelivery: (webhookId: string, id: string, signal?: AbortSignal) =>
      call(deliveryDetailSchema, 'GET', delivery(webhookId, id), { signal }),
    retry: (webhookId: string, id: string) => call(deliverySchema, 'POST', `${delivery(webhookId, id)}/retry`),
    retryMany: (id: string, body: BulkRetryRequest) =>
      call(bulkRetrySchema, 'POST', `${webhook(id)}/deliveries/retry`, { body }),
    readStats: (id: string, { hours, by }: StatsQuery, signal?: AbortSignal) =>
      call(statsSchema, 'GET', `${webhook(id)}/stats?${queryOf({ hours: String(hours), by })}`, { signal }),
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

function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new URLSearchParams(given).toString();
}
