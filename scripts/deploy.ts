/**
 * `npm run deploy`: `cdk deploy`, with the protection that the stage has. The CDK alone would put termination protection on a
 * first deploy that may fail, or, asked not to, take it from a stage that has it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { readOptions, readStageName, required } from '../local/command-line.ts';
import { PROTECTION, PROTECTION_CONTEXT } from '../shared/topology/protection.ts';
import { findStack } from './stage/deployed-stack.ts';
import { planDeploy } from './stage/plan-deploy.ts';
import { awsSettings } from './stage-resources.ts';

const USAGE = `npm run deploy -- --stage S [-c KEY=VALUE …] [-- options of cdk deploy]

Synthesises the stage and deploys it by cdk deploy. A first deploy has no protection from deletion, so that one that fails
can be repeated: run npm run protect after it. A later deploy leaves protection as it is.

  --stage S        which (infra/stages.ts)
  -c KEY=VALUE     context of the synthesis
  -- …             all else is for cdk deploy, such as --require-approval never

Credentials and region as for the AWS CLI (AWS_PROFILE, AWS_REGION).`;

const ROOT = join(import.meta.dirname, '..');
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const values = readOptions(
    {
      stage: { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
    args.slice(0, end),
  );
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const stageName = required(readStageName, 'stage', values.stage);
  const stack = await findStack(new CloudFormationClient(awsSettings(process.env)), stageName);
  const { parameter, terminationProtection } = planDeploy(stack);
  const assembly = mkdtempSync(join(tmpdir(), 'thalian-deploy-'));
  try {
    const context = [
      `stage=${stageName}`,
      ...(terminationProtection ? [] : [`${PROTECTION_CONTEXT}=${PROTECTION.off}`]),
      ...values.context,
    ];
    await cdk('synth', '--quiet', '--output', assembly, ...context.flatMap((pair) => ['-c', pair]));
    const given = parameter !== undefined && takesProtection(assembly);
    const parameters = given ? ['--parameters', `${PROTECTION.parameter}=${parameter}`] : [];
    await cdk('deploy', '--app', assembly, ...parameters, ...args.slice(end + 1));
    if (given && parameter === PROTECTION.off) {
      console.log(
        `\n${stageName} is there, and not protected from deletion yet: npm run protect -- --stage ${stageName}`,
      );
    }
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** A stage whose data goes with it has nothing to protect. */
function takesProtection(assembly: string): boolean {
  const templates = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  return templates.some(
    (name) => PROTECTION.parameter in (JSON.parse(readFileSync(join(assembly, name), 'utf8')).Parameters ?? {}),
  );
}

async function cdk(...args: readonly string[]): Promise<void> {
  // Asks in the terminal before it widens permissions.
  const child = spawn(process.execPath, [CDK, ...args], { cwd: ROOT, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    throw new Error(`cdk ${args[0]} failed.`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
