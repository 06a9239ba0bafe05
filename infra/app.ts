/** The CDK's entry: one stack per synth, so that a bare `cdk deploy` knows which one is meant. */
import { App } from 'aws-cdk-lib';
import { PROTECTION, PROTECTION_CONTEXT } from '../shared/topology/protection.ts';
import { asksAtOnce, DEFAULT_STAGE, findStage, stageNames, withMailbox } from './stages.ts';
import { WebhookStack } from './webhook-stack.ts';

const app = new App();
const stageName = String(app.node.tryGetContext('stage') ?? DEFAULT_STAGE);
const found = findStage(stageName, process.env);

if (found === undefined) {
  process.stderr.write(`There is no stage "${stageName}". Choose with -c stage=NAME: ${stageNames().join(', ')}.\n`);
  process.exit(1);
}
const stage = withMailbox(found, app.node.tryGetContext('alarmEmail'));
if ('refusal' in stage) {
  process.stderr.write(`${stage.refusal}\n`);
  process.exit(1);
}

const releaseAtOnce = asksAtOnce(app.node.tryGetContext('release'));
if (typeof releaseAtOnce === 'object') {
  process.stderr.write(`${releaseAtOnce.refusal}\n`);
  process.exit(1);
}
const terminationProtection = app.node.tryGetContext(PROTECTION_CONTEXT) !== PROTECTION.off;
new WebhookStack(app, 'ThalianWebhooks', { stage, terminationProtection, releaseAtOnce });
