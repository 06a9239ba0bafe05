/** The configuration API's operations, as the page calls them: its own schemas say what goes out and check what comes back. */

import * as z from 'zod';
import { alertPreviewSchema } from '../../shared/api/alert-preview.schema.ts';
import { bulkRetrySchema } from '../../shared/api/bulk-retry.schema.ts';
import { challengeResultSchema } from '../../shared/api/challenge.schema.ts';
import {
  type DeliveryResponse,
  deliveryDetailSchema,
  deliveryPageSchema,
  deliverySchema,
} from '../../shared/api/delivery-responses.schema.ts';
import { type FormatPreviewRequest, formatPreviewSchema } from '../../shared/api/format-preview.schema.ts';
import { formatListSchema } from '../../shared/api/format-responses.schema.ts';
import { payloadPreviewSchema } from '../../shared/api/payload-preview.schema.ts';
import type { BulkRetryRequest } from '../../shared/api/retry-requests.schema.ts';
import type { keyRequestSchema, rotateRequestSchema } from '../../shared/api/signing-requests.schema.ts';
import { statsSchema } from '../../shared/api/stats-response.schema.ts';
import type { TestSendRequest } from '../../shared/api/test-send-request.schema.ts';
import { testPreviewSchema, testSendSchema } from '../../shared/api/test-send-responses.schema.ts';
import type { ChangeRequest, connectRequestSchema } from '../../shared/api/webhook-requests.schema.ts';
import {
  changedWebhookSchema,
  type WebhookResponse,
  webhookListSchema,
  webhookSchema,
} from '../../shared/api/webhook-responses.schema.ts';
import type { SeverityLevel } from '../../shared/finding/severity.ts';
import { type CallDependencies, createCalls, type Target } from './calls.ts';

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

export type ApiClient = ReturnType<typeof createApiClient>;

const PAGE_SIZE = 20;

export function createApiClient(dependencies: CallDependencies) {
  const { call, readTogether, onOpening } = createCalls(dependencies);
  const webhook = (id: string) => `/webhooks/${encodeURIComponent(id)}`;
  const delivery = (webhookId: string, id: string) => `${webhook(webhookId)}/deliveries/${encodeURIComponent(id)}`;

  return {
    /** For pages that bring schemas of their own, which the first page does without. */
    call,
    readTogether,
    onOpening,

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

function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new URLSearchParams(given).toString();
}
