/** The queues of the topology, each with its dead-letter queue. Who may send or receive is granted where it happens. */
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  type DeadLetterQueue,
  Queue,
  QueueEncryption,
  type RedriveAllowPolicy,
  RedrivePermission,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { MAIL_QUEUES, MAX_RECEIVES, QUEUES, type QueueName } from '../../shared/topology/queues.ts';
import type { Stage } from '../stages.ts';

export interface QueuesProps {
  readonly stage: Stage;
}

/** A queue's logical id comes from here: to change one is to replace the queue and lose what it holds. */
const CONSTRUCT_IDS: Readonly<Record<QueueName, string>> = {
  findings: 'Findings',
  'findings-dlq': 'FindingsDlq',
  'set-aside-events': 'SetAsideEvents',
  replayed: 'Replayed',
  delivery: 'Delivery',
  retry: 'Retry',
  poison: 'Poison',
  'exhausted-deliveries': 'ExhaustedDeliveries',
  mails: 'Mails',
  'mails-dlq': 'MailsDlq',
};

/** Evidence for cdk-nag, of the queues that dead-letter to no other. */
const LAST_STOP = {
  id: 'Serverless-SQSRedrivePolicy',
  reason:
    'A last stop: nothing receives from it but people, and what comes in rings an alarm (infra/constructs/alarms).',
};
const FED_BY_CODE = {
  id: 'AwsSolutions-SQS3',
  reason:
    'A dead-letter queue itself, which `send` feeds instead of a redrive policy (docs/adr/0002-two-dead-letter-queues.md).',
};

const FED_BY_DISPATCH = {
  id: 'AwsSolutions-SQS3',
  reason: 'A last stop itself, which `dispatch` and EventBridge feed instead of a redrive policy.',
};

const COPIES_ALONE = {
  id: 'AwsSolutions-SQS3',
  reason:
    'Holds copies of what is in the archive. An operator’s command reads them within minutes; what is left expires.',
};

const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

export class Queues extends Construct {
  private readonly stage: Stage;
  private readonly created = new Map<QueueName, Queue>();

  constructor(scope: Construct, id: string, { stage }: QueuesProps) {
    super(scope, id);
    this.stage = stage;
    for (const name of QUEUE_NAMES.filter((each) => stage.noticeMail !== undefined || !MAIL_QUEUES.includes(each))) {
      this.named(name);
    }
  }

  /** Creates the queue, after the one it dead-letters to, when first asked for it. */
  named(name: QueueName): Queue {
    const queue = this.created.get(name) ?? this.createQueue(name);
    this.created.set(name, queue);
    return queue;
  }

  private createQueue(name: QueueName): Queue {
    const shape = QUEUES[name];
    const queue = new Queue(this, CONSTRUCT_IDS[name], {
      queueName: physicalName(this.stage.name, name),
      visibilityTimeout: Duration.seconds(shape.visibilitySeconds),
      retentionPeriod: Duration.days(shape.retentionDays),
      // EventBridge cannot send to a queue under the AWS managed KMS key; SQS's own encryption needs no key policy.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      redriveAllowPolicy: this.redriveAllowPolicy(name),
      ...(shape.deadLettersTo && { deadLetterQueue: this.deadLetterQueue(shape.deadLettersTo) }),
    });
    if (shape.deadLettersTo === undefined) {
      Validations.of(queue).acknowledge(LAST_STOP);
    }
    if (name === 'exhausted-deliveries') {
      Validations.of(queue).acknowledge(FED_BY_CODE);
    }
    if (name === 'replayed') {
      Validations.of(queue).acknowledge(COPIES_ALONE);
    }
    if (name === 'set-aside-events') {
      Validations.of(queue).acknowledge(FED_BY_DISPATCH);
    }
    return queue;
  }

  private deadLetterQueue(name: QueueName): DeadLetterQueue {
    return { queue: this.named(name), maxReceiveCount: MAX_RECEIVES };
  }

  /** Only the topology's queues may dead-letter here, so that a depth alarm has one meaning. */
  private redriveAllowPolicy(name: QueueName): RedriveAllowPolicy {
    const sources = QUEUE_NAMES.filter((source) => QUEUES[source].deadLettersTo === name);
    return sources.length === 0
      ? { redrivePermission: RedrivePermission.DENY_ALL }
      : {
          redrivePermission: RedrivePermission.BY_QUEUE,
          sourceQueues: sources.map((source) => this.reference(source)),
        };
  }

  /** By its name instead of its resource: the source refers to its dead-letter queue already, and CloudFormation takes no cycles. */
  private reference(name: QueueName) {
    const queueArn = Stack.of(this).formatArn({ service: 'sqs', resource: physicalName(this.stage.name, name) });
    return Queue.fromQueueArn(this, `${CONSTRUCT_IDS[name]}Reference`, queueArn);
  }
}
