/**
 * A deployed stack as its users see it: the names in its outputs, the SDK's own environment for endpoint and
 * credentials, and a receiver that the stage may reach. Whether AWS or an emulator answers is not known here.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type DemoReceiver, type ReceivedRequest, startDemoReceiver } from '../../local/receiver/demo-receiver.ts';
import { connectWished } from '../../scripts/connect-webhook.ts';
import { createDynamoDeliveryLog } from '../../shared/adapters/dynamo-delivery-log.ts';
import { createDynamoWebhookStore } from '../../shared/adapters/dynamo-webhook-store.ts';
import { createSecretsManagerSecretStore } from '../../shared/adapters/secrets-manager-secret-store.ts';
import { parseCidrList } from '../../shared/domain/address.ts';
import type { DeliveryRow } from '../../shared/domain/delivery.ts';
import { parseDeliveryId } from '../../shared/domain/ids.ts';
import type { Webhook } from '../../shared/domain/webhook.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';

const environmentSchema = z.object({
  E2E_OUTPUTS_FILE: z.string(),
  E2E_RECEIVER_CERT_FILE: z.string(),
  E2E_RECEIVER_KEY_FILE: z.string(),
});

/** Those of the stack's outputs that are used here. */
const outputsSchema = z.object({
  FindingsBusName: z.string(),
  FindingsDlqUrl: z.url(),
  ExhaustedDeliveriesUrl: z.url(),
  ConfigTableName: z.string(),
  DeliveryLogName: z.string(),
  SecretPrefix: z.string(),
});

/** By `cdk deploy --outputs-file`: the stack's name around its outputs. */
const outputsFileSchema = z
  .record(z.string(), outputsSchema)
  .transform((stacks) => Object.values(stacks))
  .pipe(z.tuple([outputsSchema]));

/** As the stage allows them: receivers of a test are on this machine. */
const RECEIVER_RULES = { allowedCidrs: parseCidrList('127.0.0.0/8,::1/128'), ownHosts: [] };

/** The last of four attempts is made 21 to 26 s after the first; the rest is polling, on a slow machine. */
const PATIENCE_MILLIS = 60_000;
const LOOK_EVERY_MILLIS = 250;

export interface ConnectedWebhook {
  readonly webhook: Webhook;
  /** What the receiver got for it so far. */
  requests(): readonly ReceivedRequest[];
  /** The same, once there are so many. */
  waitForRequests(count: number): Promise<readonly ReceivedRequest[]>;
  /** What the log says of one of these requests' delivery, once it is neither absent nor pending. */
  waitForOutcome(request: ReceivedRequest | undefined): Promise<DeliveryRow>;
}

export type DeployedService = Awaited<ReturnType<typeof reachService>>;

export async function reachService() {
  const environment = environmentSchema.parse(process.env);
  const [outputs] = outputsFileSchema.parse(JSON.parse(readFileSync(environment.E2E_OUTPUTS_FILE, 'utf8')));
  const certificate = {
    cert: readFileSync(environment.E2E_RECEIVER_CERT_FILE, 'utf8'),
    key: readFileSync(environment.E2E_RECEIVER_KEY_FILE, 'utf8'),
  };
  const clients = {
    dynamo: new DynamoDBClient(),
    sqs: new SQSClient(),
    secretsManager: new SecretsManagerClient(),
    eventBridge: new EventBridgeClient(),
  };
  const webhooks = createDynamoWebhookStore(clients.dynamo, outputs.ConfigTableName);
  const secrets = createSecretsManagerSecretStore(clients.secretsManager, outputs.SecretPrefix);
  const log = createDynamoDeliveryLog(clients.dynamo, outputs.DeliveryLogName);
  const receiver: DemoReceiver = await startDemoReceiver({
    certificate,
    port: 0,
    onRequest: ({ path, nth, answered }) => process.stdout.write(`POST ${path}, request ${nth}: ${answered}\n`),
  });
  const connected: Webhook[] = [];

  return {
    receiver,

    /** `behaviour` is the receiver's: what it does with a request to the webhook's URL. */
    async connect(tenantId: string, behaviour: 'ok' | 'fail'): Promise<ConnectedWebhook> {
      const path = `/${behaviour}/${tenantId}`;
      const wish = {
        tenantId,
        name: `Answers ${behaviour}`,
        url: `${receiver.url}${path}`,
        signing: 'generate',
        headers: {},
        alerts: { enabled: true, minSeverity: 'info' },
      } as const;
      const result = await connectWished({ webhooks, secrets }, RECEIVER_RULES, wish, 'e2e');
      if (result.kind === 'refused') {
        throw new Error(result.because);
      }
      const { webhook, signingSecret = '' } = result;
      connected.push(webhook);
      receiver.expectSecret(path, signingSecret);
      const requests = () => receiver.requests.filter((request) => request.path === path);
      return {
        webhook,
        requests,
        async waitForRequests(count) {
          return until(`${count} requests to ${path}`, async () =>
            requests().length < count ? undefined : requests(),
          );
        },
        async waitForOutcome(request) {
          const deliveryId = parseDeliveryId(request?.webhookId ?? '');
          if (deliveryId === undefined) {
            throw new Error('A request without a delivery id.');
          }
          return until(`the outcome of ${deliveryId}`, async () => {
            const row = await log.find(webhook.tenantId, webhook.webhookId, deliveryId);
            return row?.status === 'pending' ? undefined : row;
          });
        },
      };
    },

    /** One event per detail, all in one call. */
    async publish(...details: readonly object[]): Promise<void> {
      const Entries = details.map((detail) => ({
        EventBusName: outputs.FindingsBusName,
        Source: FINDING_SOURCE,
        DetailType: FINDING_DETAIL_TYPE,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount } = await clients.eventBridge.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount !== 0) {
        throw new Error(`The bus refused ${FailedEntryCount} of ${Entries.length} events.`);
      }
    },

    /** Takes the first message that mentions `text` out of a queue, leaving the others. */
    async waitForMessage(queue: 'FindingsDlqUrl' | 'ExhaustedDeliveriesUrl', text: string): Promise<Message> {
      const QueueUrl = outputs[queue];
      const message = await until(`a message about ${text} in ${queue}`, async () => {
        const { Messages = [] } = await clients.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            // Whoever else looks for a message sees the others again a moment later.
            VisibilityTimeout: 1,
          }),
        );
        return Messages.find(({ Body = '' }) => Body.includes(text));
      });
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      return message;
    },

    /** Takes away what the suite put into the stack, so that it can be destroyed, or driven again. */
    async leave(): Promise<void> {
      for (const webhook of connected) {
        await webhooks.remove(webhook.tenantId, webhook);
        await secrets.remove(webhook.tenantId, webhook.webhookId);
      }
      await receiver.stop();
      for (const client of Object.values(clients)) {
        client.destroy();
      }
    },
  };
}

/** Of this run alone, so that a stack can be driven again and again. */
export function aFreshTenant(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${PATIENCE_MILLIS / 1000} s in vain for ${what}.`);
    }
    await wait(LOOK_EVERY_MILLIS);
  }
}
