/** What a stage needs from its account, asked one by one. What cannot be asked is explained by the error that it ends in. */
import type { Stack } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { PRODUCTION_CONCURRENCY } from '../../shared/topology/mappings.ts';
import type { Account } from './account.ts';
import { findStack, outputOf, wasNeverDeployed } from './deployed-stack.ts';
import { readProtection } from './protection.ts';

export interface Examined {
  readonly subject: string;
  /** `cannot-ask`: no call of AWS tells. */
  readonly result: 'fine' | 'missing' | 'not-yet' | 'cannot-ask';
  readonly text: string;
}

/** What the template's own rule asks for. */
const BOOTSTRAP_VERSION = 6;
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** Lambda keeps this many for functions without a reservation, and the API and `reconcile` are among them. */
const CONCURRENCY_BESIDE = 20;
const NEEDED_CONCURRENCY = Object.values(PRODUCTION_CONCURRENCY).reduce((sum, one) => sum + one, CONCURRENCY_BESIDE);

export const CANNOT_ASK: readonly Examined[] = [
  {
    subject: 'CloudFront',
    result: 'cannot-ask',
    text: 'A new account may not create distributions until AWS Support has verified it. The deploy then fails with "Your account must be verified before you can add new CloudFront resources". Open a support case of type "Account and billing"; until then deploy with `console: false`.',
  },
  {
    subject: 'Sign-in pages',
    result: 'cannot-ask',
    text: 'The name of the sign-in domain is unique in a region over all accounts. The deploy fails with "Domain already associated with another user pool" if an earlier stack of the stage left its user pool behind: delete that pool’s domain.',
  },
];

export async function examine(account: Account, stageName: string): Promise<readonly Examined[]> {
  const stack = await findStack(account.cloudFormation, stageName);
  return [
    await examineBootstrap(account),
    await examineConcurrency(account),
    examineStack(stack),
    await examineMailbox(account, stack),
    await examineProtection(account, stack),
    ...CANNOT_ASK,
  ];
}

async function examineBootstrap({ ssm }: Account): Promise<Examined> {
  const subject = 'Bootstrap';
  const version = await ssm.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER })).then(
    ({ Parameter: parameter }) => Number(parameter?.Value),
    (error: unknown) => {
      if (error instanceof Error && error.name === 'ParameterNotFound') {
        return 0;
      }
      throw error;
    },
  );
  return version >= BOOTSTRAP_VERSION
    ? { subject, result: 'fine', text: `The CDK's resources are there, version ${version}.` }
    : {
        subject,
        result: 'missing',
        text: `The account has no resources of the CDK in this region, or older ones than version ${BOOTSTRAP_VERSION}: run npx cdk bootstrap.`,
      };
}

async function examineConcurrency({ lambda }: Account): Promise<Examined> {
  const subject = 'Lambda quota';
  const { AccountLimit: limit } = await lambda.send(new GetAccountSettingsCommand({}));
  // Without what is reserved, for `api` of this stage (`reservedConcurrency`) or for functions of others.
  const concurrency = limit?.UnreservedConcurrentExecutions ?? limit?.ConcurrentExecutions ?? 0;
  return concurrency >= NEEDED_CONCURRENCY
    ? { subject, result: 'fine', text: `${concurrency} functions may run at once without a reservation.` }
    : {
        subject,
        result: 'missing',
        text: `${concurrency} functions may run at once in this account and region without a reservation, and production takes up to ${NEEDED_CONCURRENCY}. Ask for more in Service Quotas ("Concurrent executions"); until then findings wait in their queues longer.`,
      };
}

function examineStack(stack: Stack | undefined): Examined {
  const subject = 'Stack';
  if (stack === undefined) {
    return { subject, result: 'not-yet', text: 'It is not deployed yet.' };
  }
  const status = stack.StackStatus ?? '';
  if (wasNeverDeployed(stack)) {
    return stack.EnableTerminationProtection
      ? {
          subject,
          result: 'missing',
          text: `A first deploy failed (${status}) under termination protection, so the next one cannot begin: see "A first deploy that failed" in docs/deploying.md.`,
        }
      : { subject, result: 'not-yet', text: `A first deploy failed (${status}). Mend its cause and deploy again.` };
  }
  return status.endsWith('_COMPLETE') || status.endsWith('_IN_PROGRESS')
    ? { subject, result: 'fine', text: `${status}.` }
    : { subject, result: 'missing', text: `${status}: see its events in CloudFormation.` };
}

async function examineMailbox({ sns }: Account, stack: Stack | undefined): Promise<Examined> {
  const subject = 'Alarms';
  const TopicArn = stack && outputOf(stack, 'AlarmTopicArn');
  if (TopicArn === undefined) {
    return { subject, result: 'not-yet', text: 'Their topic comes with the first deploy.' };
  }
  const { Subscriptions: subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const waiting = subscriptions.filter(({ SubscriptionArn: arn }) => arn === 'PendingConfirmation');
  if (subscriptions.length === 0) {
    return { subject, result: 'missing', text: 'They reach no one: nothing is subscribed to their topic.' };
  }
  return waiting.length > 0
    ? {
        subject,
        result: 'missing',
        text: `${waiting.map(({ Endpoint }) => Endpoint).join(', ')} has not confirmed the subscription: follow the link in the mail from AWS Notifications. If the mail is lost, subscribe the mailbox to the topic again.`,
      }
    : { subject, result: 'fine', text: `They reach ${subscriptions.map(({ Endpoint }) => Endpoint).join(', ')}.` };
}

async function examineProtection(account: Account, stack: Stack | undefined): Promise<Examined> {
  const subject = 'Protection';
  if (stack === undefined || wasNeverDeployed(stack)) {
    return { subject, result: 'not-yet', text: 'After the first deploy: npm run protect.' };
  }
  const { isKnown, missing } = await readProtection(account, stack);
  if (missing.length === 0) {
    return { subject, result: 'fine', text: 'Neither the stack nor its data can be deleted by one call.' };
  }
  return isKnown
    ? { subject, result: 'missing', text: `Without it: ${missing.join(', ')}. Run npm run protect.` }
    : { subject, result: 'fine', text: 'None: the data of this stage goes with it (dataOnDelete).' };
}
