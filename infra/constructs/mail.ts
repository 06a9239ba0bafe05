/** The `mail` Lambda, where the stage has a sender: our own events come to the mail queue, and mails go from it to SES. */
import { Stack } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MailEnvironment } from '../../functions/mail/env.ts';
import { ANNOUNCEMENT_PATTERN } from '../../shared/topology/announcements-source.ts';
import { ANNOUNCED_MEMBER, FINDING_GROUP_PATH } from '../../shared/topology/findings-source.ts';
import { cursorKeyName, physicalName } from '../../shared/topology/physical-names.ts';
import type { NoticeMailSettings, Stage } from '../stages.ts';
import { NodeLambda } from './node-lambda.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';
import { WrappedEvent } from './wrapped-event.ts';

export interface MailProps {
  readonly stage: Stage;
  readonly settings: NoticeMailSettings;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly bus: IEventBus;
  /** Absent where the stage has no console. */
  readonly consoleUrl: string | undefined;
}

export class Mail extends Construct {
  readonly lambda: IFunction;

  constructor(scope: Construct, id: string, { stage, settings, tables, queues, bus, consoleUrl }: MailProps) {
    super(scope, id);
    if (consoleUrl === undefined) {
      throw new Error(`Stage ${stage.name}: the links of its mails lead to the console, which it does not have.`);
    }
    const { from, identity, configurationSet, region = Stack.of(this).region } = settings;
    const mails = queues.named('mails');
    const mailsDlq = queues.named('mails-dlq');
    const environment = {
      CONFIG_TABLE_NAME: tables.config.tableName,
      DELIVERY_LOG_NAME: tables.deliveryLog.tableName,
      MAIL_QUEUE_URL: mails.queueUrl,
      MAIL_DLQ_URL: mailsDlq.queueUrl,
      CURSOR_KEY_SECRET: cursorKeyName(stage.name),
      CONSOLE_URL: consoleUrl,
      MAIL_FROM: from,
      MAIL_REGION: region,
      ...(configurationSet !== undefined && { MAIL_CONFIGURATION_SET: configurationSet }),
    } satisfies MailEnvironment;
    const mail = new NodeLambda(this, 'Lambda', { stage, folder: 'mail', environment });
    this.lambda = mail.function;

    mail.consume(queues, 'mails');
    mail.allow(['dynamodb:GetItem'], [tables.config.tableArn, tables.deliveryLog.tableArn]);
    // The mark of the latest notice alone: no address and no attribute of a webhook can be written.
    mail.allowAttributes(['dynamodb:UpdateItem'], tables.config, ['pk', 'sk', 'notice', 'expiresAt']);
    mail.allow(['sqs:SendMessage'], [mails.queueArn, mailsDlq.queueArn]);
    mail.allowSecret(['secretsmanager:GetSecretValue'], cursorKeyName(stage.name));
    mail.allowMails({ from, region, identity, configurationSet });

    const rule = new Rule(this, 'Rule', {
      ruleName: physicalName(stage.name, 'mailed-announcements'),
      eventBus: bus,
      eventPattern: ANNOUNCEMENT_PATTERN,
      targets: [
        new SqsQueue(mails, {
          message: new WrappedEvent(ANNOUNCED_MEMBER),
          messageGroupId: FINDING_GROUP_PATH,
          // As for the other rule of our own events: what EventBridge could not hand on comes without its wrapping.
          deadLetterQueue: queues.named('set-aside-events'),
        }),
      ],
    });
    rule.node.addDependency(this.lambda);
  }
}
