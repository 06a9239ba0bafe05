/** Each role against the code: a grant that no adapter needs is as wrong as a call without a grant. */
import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secretPrefix } from '../../shared/topology/physical-names.ts';
import { readAwsCalls } from './aws-calls.ts';
import { A_SENDER, aStageWithMail, environmentOf, mappingsOf, permissionsOf, synthesise } from './synthesise.ts';

const PREFIX = 'thalian-webhooks-production-';
/** The identity alone: a condition of the grant names the address, which `mail.test.ts` looks at. */
const SENDER = `arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/${A_SENDER.identity}`;
const SECRETS = `secrets below ${secretPrefix('production')}`;

/** What Lambda itself does in a function's name (Lambda developer guide, "Execution role"). */
const FOR_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const FOR_A_QUEUE = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

/** The folders of those that are wired, and so deployed. */
const functions = globSync('functions/*/index.ts').map((file) => file.split('/')[1] ?? '');

describe('the role of', () => {
  const template = synthesise(aStageWithMail());
  const calls = readAwsCalls();

  it.each(functions)(
    '%s allows exactly the calls that its adapters make, on what they are told to make them on',
    (name) => {
      const made = calls
        .callsOf(name)
        .flatMap(({ action, variables }) => on(resourcesOf(action, variables, name), action));
      const byLambda = [
        ...FOR_LOGS.map((action) => `${action} on /aws/lambda/${PREFIX}${name}`),
        ...mappingsOf(template, PREFIX + name).flatMap(({ queue }) =>
          FOR_A_QUEUE.map((action) => `${action} on ${queue}`),
        ),
      ];
      const granted = Object.entries(permissionsOf(template, PREFIX + name)).flatMap(([resource, actions]) =>
        actions.map((action) => `${action.split(' if ')[0]} on ${plain(resource)}`),
      );
      expect(made.length).toBeGreaterThan(0);
      expect([...new Set(granted)].sort()).toEqual([...new Set([...made, ...byLambda])].sort());
    },
  );

  it('every function of the stack has been looked at', () => {
    const deployed = Object.entries(template.findResources('AWS::Lambda::Function'));
    // The CDK's own, which copies the console's pages: its permissions are looked at with the console.
    const ours = deployed.filter(([id]) => !id.startsWith('CustomCDKBucketDeployment'));
    expect(ours.map(([, lambda]) => lambda['Properties'].FunctionName).sort()).toEqual(
      functions.map((name) => PREFIX + name).sort(),
    );
  });

  /** Secrets are named by the webhooks that have them, and a sender by its identity, not by a variable. */
  function resourcesOf(action: string, variables: readonly string[], name: string): readonly string[] {
    const environment = environmentOf(template, PREFIX + name);
    if (action.startsWith('ses:')) {
      return [SENDER];
    }
    return action.startsWith('secretsmanager:')
      ? [SECRETS]
      : variables.map((variable) => environment[variable] ?? variable);
  }
});

function on(resources: readonly string[], action: string): string[] {
  return resources.map((resource) => `${action} on ${resource}`);
}

/** An index counts as its table: which one is asked the tests of the functions' constructs. */
function plain(resource: string): string {
  return resource.includes(`:secret:${secretPrefix('production')}`) ? SECRETS : resource.replace(/\/index\/.*/, '');
}
