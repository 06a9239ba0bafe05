/** Where alarms go: an encrypted topic that only this stage's alarms can publish to, and the stage's mailbox. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { mailboxOf, type Stage } from '../stages.ts';

export interface AlarmTopicProps {
  readonly stage: Stage;
}

export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage }: AlarmTopicProps) {
    super(scope, id);
    const key = this.createKey(stage);
    this.topic = new Topic(this, 'Topic', {
      topicName: physicalName(stage.name, 'alarms'),
      masterKey: key,
      enforceSSL: true,
    });
    key.addToResourcePolicy(this.allowAlarms(stage, ['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    this.topic.addToResourcePolicy(this.allowAlarms(stage, ['sns:Publish'], this.topic.topicArn));
    const mailbox = mailboxOf(stage);
    if (mailbox !== undefined) {
      const subscription = this.topic.addSubscription(new EmailSubscription(mailbox));
      Validations.of(subscription).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason:
          'A mail that did not arrive is not worth a queue without a reader: CloudWatch goes on showing what rings.',
      });
    }
  }

  /** Our own: CloudWatch may not use the one that AWS manages for SNS, and would drop the notification without a word. */
  private createKey(stage: Stage): Key {
    return new Key(this, 'Key', {
      description: `Encrypts what is published to ${physicalName(stage.name, 'alarms')}`,
      enableKeyRotation: true,
      // Nothing is kept under it: a message is on the topic for moments.
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
  }

  private allowAlarms(stage: Stage, actions: string[], resource: string): PolicyStatement {
    const { account } = Stack.of(this);
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: `alarm:${physicalName(stage.name, '*')}`,
    });
    return new PolicyStatement({
      sid: 'AlarmsOfThisStage',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      resources: [resource],
      conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': alarms } },
    });
  }
}
