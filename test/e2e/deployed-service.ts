/**
 * A deployed stack as its users see it: findings go in at the bus, people use the API with tokens of their own, operators
 * look into queues, and a receiver has what was sent. Names come from the stack's outputs, endpoint and credentials from
 * the SDK's own environment; whether AWS or an emulator answers is not known here.
 */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  type Message,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { judgeSignatures, type SignatureCheck } from '../../local/receiver/check-signatures.ts';
import type { RecordedRequest } from '../../scripts/e2e/receiver/receive.ts';
import { redriveMessages } from '../../scripts/redrive-messages.ts';
import { type DeliveryDetailResponse, deliveryDetailSchema } from '../../shared/api/delivery-responses.schema.ts';
import { changedWebhookSchema } from '../../shared/api/webhook-responses.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { SeverityLevel } from '../../shared/finding/severity.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { aFinding } from '../builders/finding.ts';
import { createAccounts } from './accounts.ts';
import { type ApiClient, createApiClients } from './api-client.ts';
import { type Outputs, readOutputs, type Whereabouts } from './deployment.ts';
import { reachReceiver } from './receiver.ts';
import { until } from './until.ts';

export interface Tenant {
  readonly tenantId: string;
  /** With the token of a user who may write. */
  readonly api: ApiClient;
  readonly token: string;
}

export interface ConnectedWebhook {
  readonly id: string;
  /** `/v1/webhooks/{id}` */
  readonly path: string;
  readonly signingSecret: string;
  /** What the receiver got for it so far, oldest first. */
  requests(): Promise<readonly RecordedRequest[]>;
  /** The same, once there are so many. */
  waitForRequests(count: number): Promise<readonly RecordedRequest[]>;
  /** What the API says of one of these requests' delivery, once it is neither absent nor pending. */
  waitForOutcome(request: RecordedRequest | undefined): Promise<DeliveryDetailResponse>;
}

/** Instead of a finding's. */
export interface EventNames {
  readonly Source?: string;
  readonly DetailType?: string;
}

export interface WebhookToConnect {
  /** How the receiver behaves at its URL: the first part of a path, and a query that tunes it. */
  readonly behaviour: 'ok' | 'fail' | 'retry-after' | 'gone';
  readonly tuning?: string;
  readonly minSeverity?: SeverityLevel;
}

type InspectedQueue = 'FindingsDlqUrl' | 'SetAsideEventsUrl' | 'PoisonQueueUrl' | 'ExhaustedDeliveriesUrl';

export type DeployedService = Awaited<ReturnType<typeof reachService>>;

export async function reachService(outputs: Outputs = readOutputs(), whereabouts: Whereabouts = {}) {
  const receiver = await reachReceiver();
  const accounts = createAccounts(outputs, whereabouts);
  // Unlike an endpoint that is set, a queue's URL bears a name: the SDK warns at each call unless told which counts.
  const sqs = new SQSClient({ ...whereabouts, useQueueUrlAsEndpoint: false });
  const eventBridge = new EventBridgeClient(whereabouts);
  const dynamo = new DynamoDBClient(whereabouts);
  // An operator's tool has an operator's access: feeding redrive messages back asks the table.
  const webhooks = createDynamoWebhookStore(dynamo, outputs.ConfigTableName);
  const apiClient = createApiClients(outputs.ApiUrl);
  const connected: { readonly api: ApiClient; readonly webhook: ConnectedWebhook }[] = [];

  async function waitForMessage(queue: InspectedQueue, text: string): Promise<Message> {
    const command = new ReceiveMessageCommand({
      QueueUrl: outputs[queue],
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      // Hidden for no time: two readers, each with the message of the other in hand, would wait for ever.
      VisibilityTimeout: 0,
    });
    return until(`a message about ${text} in ${queue}`, async () => {
      const { Messages = [] } = await sqs.send(command);
      return Messages.find(({ Body = '' }) => Body.includes(text));
    });
  }

  async function put(names: EventNames, details: readonly object[]): Promise<void> {
    const Entries = details.map((detail) => ({
      EventBusName: outputs.FindingsBusName,
      Source: FINDING_SOURCE,
      DetailType: FINDING_DETAIL_TYPE,
      ...names,
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount } = await eventBridge.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount !== 0) {
      throw new Error(`The bus refused ${FailedEntryCount} of ${Entries.length} events.`);
    }
  }

  return {
    apiClient,

    async aTenant(tenantId: string): Promise<Tenant> {
      const { id } = await accounts.signInNew(tenantId, 'webhooks-write');
      return { tenantId, api: apiClient(id), token: id };
    },

    /** A further user of a tenant. */
    signInNew: accounts.signInNew,

    /** By the API, as a page does it: connected first, then its alerts turned on. */
    async connect({ api, tenantId }: Tenant, wanted: WebhookToConnect): Promise<ConnectedWebhook> {
      const { behaviour, tuning = '', minSeverity = 'info' } = wanted;
      const receiverPath = `/${behaviour}/${tenantId}/${randomBytes(4).toString('hex')}`;
      const { id, signingSecret = '' } = await api.ask(changedWebhookSchema, 'POST', '/v1/webhooks', {
        name: `Answers ${behaviour}`,
        url: `${receiver.url}${receiverPath}${tuning}`,
        secret: { generate: true },
      });
      const path = `/v1/webhooks/${id}`;
      const requests = () => receiver.list(receiverPath);
      const webhook: ConnectedWebhook = {
        id,
        path,
        signingSecret,
        requests,
        waitForRequests: (count) =>
          until(`${count} requests to ${receiverPath}`, async () => {
            const received = await requests();
            return received.length < count ? undefined : received;
          }),
        waitForOutcome: (request) =>
          until(`the outcome of ${request?.headers['webhook-id']}`, async () => {
            const response = await api.call('GET', `${path}/deliveries/${request?.headers['webhook-id']}`);
            const delivery = response.statusCode === 404 ? undefined : deliveryDetailSchema.parse(response.body);
            return delivery?.status === 'pending' ? undefined : delivery;
          }),
      };
      connected.push({ api, webhook });
      await api.ask(changedWebhookSchema, 'PUT', `${path}/alerts`, { enabled: true, minSeverity });
      return webhook;
    },

    /** One event per detail, all in one call. */
    publish: (...details: readonly object[]): Promise<void> => put({}, details),

    /** The same under another name, or of another source. */
    publishNamed: (names: EventNames, ...details: readonly object[]): Promise<void> => put(names, details),

    /** Shows the first message that mentions `text` in a queue, leaving it and the others. */
    waitForMessage,

    /** The same, and takes it out. Another reader may receive it in between: the handle is then no longer valid. */
    takeMessage(queue: InspectedQueue, text: string): Promise<Message> {
      return until(`${text} to be taken out of ${queue}`, async () => {
        const message = await waitForMessage(queue, text);
        try {
          const { ReceiptHandle } = message;
          await sqs.send(new DeleteMessageCommand({ QueueUrl: outputs[queue], ReceiptHandle }));
          return message;
        } catch (error) {
          if (error instanceof ReceiptHandleIsInvalid) {
            return undefined;
          }
          throw error;
        }
      });
    },

    /** As `npm run redrive -- --tenant` does it, once there is a redrive message. Answers how many it moved. */
    async redrive(tenantId: string): Promise<number> {
      return until(`a redrive message of ${tenantId}`, async () => {
        const wanted = {
          exhaustedDeliveriesUrl: outputs.ExhaustedDeliveriesUrl,
          retryUrl: outputs.RetryQueueUrl,
          tenantId,
          isDryRun: false,
          startedAt: Date.now(),
          signal: new AbortController().signal,
        };
        const { moved } = await redriveMessages({ sqs, webhooks }, wanted, () => {});
        return moved === 0 ? undefined : moved;
      });
    },

    /** Of all webhooks that were connected here: also those that should have got nothing. */
    async countRequests(): Promise<number> {
      const requests = await Promise.all(connected.map(({ webhook }) => webhook.requests()));
      return requests.flat().length;
    },

    /** Takes away what the suite put into the stack, so that it can be destroyed, or driven again. */
    async leave(): Promise<void> {
      for (const { api, webhook } of connected) {
        await api.call('DELETE', webhook.path);
      }
      await accounts.leave();
      await receiver.leave();
      for (const client of [sqs, eventBridge, dynamo]) {
        client.destroy();
      }
    },
  };
}

/** Of this run alone, so that a stack can be driven again and again. */
export function aFreshTenantId(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}

export function aFreshFinding(overrides: Partial<Finding> = {}): Finding {
  const id = `fnd_${randomBytes(6).toString('hex')}`;
  return aFinding({ id, detectedAt: new Date().toISOString(), ...overrides });
}

/** By npm's standardwebhooks and by the lines of the receivers' guide; both must agree. */
export function judge({ body, headers, receivedAt }: RecordedRequest, secret: string): SignatureCheck {
  return judgeSignatures(body, headers, secret, receivedAt);
}
