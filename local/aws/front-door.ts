/** The gateway with all services behind it: it has Secrets Manager and EventBridge in itself, and the two engines elsewhere. */
import type { Engine } from './engine.ts';
import { createEventArchive } from './event-archive.ts';
import { createEventBridgeStandIn } from './eventbridge-stand-in.ts';
import { forwardTo } from './forward.ts';
import { type Gateway, type Service, startGateway } from './gateway.ts';
import { createSecretsManagerStandIn } from './secrets-manager-stand-in.ts';
import { createSqsCalls } from './sqs-calls.ts';

/** Can be handed to another thread. */
export interface FrontDoorSettings {
  /** 0 takes a free one. */
  readonly port: number;
  readonly account: string;
  readonly region: string;
  readonly busName: string;
  readonly archiveName: string;
  /** The one rule that a replay can reach. */
  readonly replayRule: string;
  /** Of the queues that the bus's rules lead to. */
  readonly findingsQueue: string;
  readonly mailsQueue: string;
  readonly replayedQueue: string;
  readonly dynamoDbOrigin: string;
  readonly sqsOrigin: string;
}

/** Functions of a test, which stay in its thread. */
export interface FrontDoorHooks {
  /** What stands between the clients and a service, such as one that injects faults. */
  readonly wrapEngine?: (service: Service, engine: Engine) => Engine;
  /** The age of a version counts by this clock; epoch milliseconds. */
  readonly secretsManagerNow?: () => number;
}

export async function startFrontDoor(settings: FrontDoorSettings, hooks: FrontDoorHooks = {}): Promise<Gateway> {
  const { port, account, region, busName, archiveName, replayRule } = settings;
  const { findingsQueue, mailsQueue, replayedQueue, dynamoDbOrigin, sqsOrigin } = settings;
  const { wrapEngine = (_service, engine) => engine, secretsManagerNow } = hooks;
  // Straight to the engine: faults that a gateway injects are meant for clients, not for EventBridge's own delivery.
  const eventTarget = createSqsCalls(sqsOrigin);
  const sendTo = (queue: string) => async (event: string) => {
    const QueueUrl = `${sqsOrigin}/${account}/${queue}`;
    await eventTarget.call('SendMessage', { QueueUrl, MessageBody: event });
  };
  const bus = { account, region, busName };
  const archive = createEventArchive({ ...bus, archiveName, ruleName: replayRule, target: sendTo(replayedQueue) });
  const eventBridge = createEventBridgeStandIn({
    ...bus,
    target: sendTo(findingsQueue),
    mails: sendTo(mailsQueue),
    archive,
  });
  const gateway = await startGateway(
    {
      dynamodb: wrapEngine('dynamodb', forwardTo(dynamoDbOrigin)),
      sqs: wrapEngine('sqs', forwardTo(sqsOrigin)),
      'secrets-manager': wrapEngine('secrets-manager', createSecretsManagerStandIn(account, region, secretsManagerNow)),
      eventbridge: wrapEngine('eventbridge', eventBridge),
    },
    port,
  );
  return {
    endpointUrl: gateway.endpointUrl,
    async stop() {
      eventTarget.close();
      await gateway.stop();
    },
  };
}
