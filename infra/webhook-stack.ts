/** The whole service of one stage, wired. Each construct grants its own permissions and sets its own environment. */
import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { secretPrefix, stackName } from '../shared/topology/physical-names.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import { Alarms } from './constructs/alarms.ts';
import { AnnouncementsRule } from './constructs/announcements-rule.ts';
import { Api } from './constructs/api.ts';
import { Canary } from './constructs/canary.ts';
import { Console } from './constructs/console.ts';
import { Dashboard } from './constructs/dashboard.ts';
import { Dispatch } from './constructs/dispatch.ts';
import { FindingsArchive } from './constructs/findings-archive.ts';
import { FindingsBus } from './constructs/findings-bus.ts';
import { FindingsRule } from './constructs/findings-rule.ts';
import { GradualRelease } from './constructs/gradual-release.ts';
import { Identity } from './constructs/identity.ts';
import { KeptData } from './constructs/kept-data.ts';
import { Mail } from './constructs/mail.ts';
import type { NodeLambda } from './constructs/node-lambda.ts';
import { Queues } from './constructs/queues.ts';
import { Reconcile } from './constructs/reconcile.ts';
import { SavedQueries } from './constructs/saved-queries.ts';
import { Send } from './constructs/send.ts';
import { Spending } from './constructs/spending.ts';
import { StaticEgress } from './constructs/static-egress.ts';
import { StrayRules } from './constructs/stray-rules.ts';
import { Tables } from './constructs/tables.ts';
import type { Aliases, EveryName } from './constructs/watched-functions.ts';
import type { Stage } from './stages.ts';

export interface WebhookStackProps {
  readonly stage: Stage;
  /** Absent: as for a stage that is there. The CDK turns it on before a first deploy has made anything. */
  readonly terminationProtection?: boolean | undefined;
  /** For a stage whose releases are gradual: not this one. */
  readonly releaseAtOnce?: boolean;
}

export class WebhookStack extends Stack {
  /** Account and region stay open until the deploy, which takes the credentials' own: the template is the same everywhere. */
  constructor(
    scope: Construct,
    id: string,
    { stage, terminationProtection = true, releaseAtOnce = false }: WebhookStackProps,
  ) {
    super(scope, id, {
      stackName: stackName(stage.name),
      description: `Thalian Outbound Webhooks, stage ${stage.name}`,
      terminationProtection: stage.dataOnDelete === 'keep' && terminationProtection,
    });

    const keptData = new KeptData(this, 'KeptData', { stage });
    const tables = new Tables(this, 'Tables', { stage, keptData });
    const queues = new Queues(this, 'Queues', { stage });
    const { bus } = new FindingsBus(this, 'FindingsBus', { stage });
    const { rule: findingsRule, lifecycle: lifecycleRule } = new FindingsRule(this, 'FindingsRule', {
      stage,
      bus,
      queues,
    });
    const { rules: strayRules } = new StrayRules(this, 'StrayRules', { stage, bus, queues });
    if (stage.findingsBus.kind === 'own') {
      new FindingsArchive(this, 'FindingsArchive', { stage, settings: stage.findingsBus, bus, queues });
    }
    // The console needs the API and the accounts, and both need its address: they get it when the template is written.
    const consoleUrl: string | undefined = stage.console ? Lazy.string({ produce: () => pages?.url }) : undefined;
    const ownHosts = Lazy.string({ produce: () => [api.host, ...(pages?.hosts ?? [])].join(',') });
    const identity = new Identity(this, 'Identity', { stage, keptData, consoleUrl });
    const egress = stage.staticEgress && new StaticEgress(this, 'Egress', { stage, ...stage.staticEgress });
    const api: Api = new Api(this, 'Api', { stage, keptData, tables, queues, bus, identity, ownHosts, egress });
    const pages: Console | undefined = stage.console
      ? new Console(this, 'Console', { stage, settings: stage.console, api, identity })
      : undefined;
    const send = new Send(this, 'Send', { stage, tables, queues, bus, ownHosts, egress, consoleUrl });
    const dispatch = new Dispatch(this, 'Dispatch', { stage, tables, queues, consoleUrl });
    const reconcile = new Reconcile(this, 'Reconcile', { stage, tables, queues, bus });

    // A deploy updates what reads messages and rows before what may write new ones (docs/deploying.md).
    dispatch.lambda.function.node.addDependency(send.lambda.function, reconcile.lambda.function, api.lambda.function);
    // An older version would set its events aside.
    const { rule: announcementsRule } = new AnnouncementsRule(this, 'AnnouncementsRule', { stage, bus, queues });
    announcementsRule.node.addDependency(dispatch.lambda.invoked);

    const canary = stage.canary
      ? new Canary(this, 'Canary', { stage, tables, bus, consoleUrl: pages?.url }).lambda
      : undefined;
    const mail = stage.noticeMail
      ? new Mail(this, 'Mail', { stage, settings: stage.noticeMail, tables, queues, bus, consoleUrl }).lambda
      : undefined;
    const functions = {
      dispatch: dispatch.lambda.function,
      send: send.lambda.function,
      reconcile: reconcile.lambda.function,
      api: api.lambda.function,
      ...(canary && { canary }),
      ...(mail && { mail }),
    };
    // A test's stage lives for minutes, on an emulator that need not know tags.
    if (stage.kind === 'live') {
      new Spending(this, 'Spending', { stage });
    }
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { stage });
    const { httpApi, accessLogs } = api;
    const watched = {
      stage,
      tables,
      queues,
      functions,
      httpApi,
      findingsRule,
      lifecycleRule,
      strayRules,
      busName: bus.eventBusName,
    };
    const queries = new SavedQueries(this, 'SavedQueries', { stage, functions, accessLogs });
    const aliases = aliasesOf({ dispatch, send, reconcile, api });
    const alarms = new Alarms(this, 'Alarms', { watched, topic, distributionId: pages?.distributionId, aliases });
    if (aliases !== undefined) {
      new GradualRelease(this, 'GradualRelease', { stage, atOnce: releaseAtOnce, aliases, alarms });
    }
    new Dashboard(this, 'Dashboard', { watched, queries, alarms: alarms.alarms });

    this.output({
      FindingsBusName: bus.eventBusName,
      FindingsBusArn: bus.eventBusArn,
      FindingsQueueUrl: queues.named('findings').queueUrl,
      FindingsDlqUrl: queues.named('findings-dlq').queueUrl,
      SetAsideEventsUrl: queues.named('set-aside-events').queueUrl,
      ReplayedUrl: queues.named('replayed').queueUrl,
      DeliveryQueueUrl: queues.named('delivery').queueUrl,
      RetryQueueUrl: queues.named('retry').queueUrl,
      PoisonQueueUrl: queues.named('poison').queueUrl,
      ExhaustedDeliveriesUrl: queues.named('exhausted-deliveries').queueUrl,
      ConfigTableName: tables.config.tableName,
      DeliveryLogName: tables.deliveryLog.tableName,
      SecretPrefix: secretPrefix(stage.name),
      ApiUrl: api.url,
      ...(pages && { ConsoleUrl: pages.url }),
      IssuerUrl: identity.tokens.issuerUrl,
      ...(identity.userPool && {
        UserPoolId: identity.userPool.id,
        UserPoolClientId: identity.userPool.clientId,
      }),
      ApiFunctionName: api.lambda.function.functionName,
      DispatchFunctionName: dispatch.lambda.function.functionName,
      SendFunctionName: send.lambda.function.functionName,
      ReconcileFunctionName: reconcile.lambda.function.functionName,
      AlarmTopicArn: topic.topicArn,
      ...(mail && {
        MailFunctionName: mail.functionName,
        MailQueueUrl: queues.named('mails').queueUrl,
        MailsDlqUrl: queues.named('mails-dlq').queueUrl,
      }),
      ...(egress && { EgressAddresses: egress.addresses.join(' ') }),
    });
  }

  private output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new CfnOutput(this, name, { value });
    }
  }
}

/** Undefined unless each has one. */
function aliasesOf(of: Readonly<Record<EveryName, { readonly lambda: NodeLambda }>>): Aliases | undefined {
  const [dispatch, send, reconcile, api] = [of.dispatch, of.send, of.reconcile, of.api].map(
    ({ lambda }) => lambda.alias,
  );
  return dispatch && send && reconcile && api ? { dispatch, send, reconcile, api } : undefined;
}
