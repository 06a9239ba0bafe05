import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { makeBundle } from '../../bench/send/bundles.ts';
import { makeTemporaryFolder } from '../../bench/temporary-folder.ts';
import { NodeLambda } from '../../infra/constructs/node-lambda.ts';
import { createStages } from '../../infra/stages.ts';
import { environmentOf, synthesise, theResource } from './synthesise.ts';

describe.each(['dispatch', 'send', 'api'])('the %s function', (name) => {
  const template = synthesise(createStages({}).production);
  const functionName = `thalian-webhooks-production-${name}`;
  const properties = theResource(template, 'AWS::Lambda::Function', { FunctionName: functionName })['Properties'];

  it('runs on Node 24 for arm64 within the time that its queues’ visibility assumes', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 30, MemorySize: 512 });
  });

  it('is traced', () => {
    expect(properties.TracingConfig).toBeUndefined();
  });

  it('logs JSON without Lambda’s own lines into its own group, which forgets after a month and outlives the stack', () => {
    expect(properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', SystemLogLevel: 'WARN' });
    const logGroup = theResource(template, 'AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/${functionName}` });
    expect(logGroup['Properties'].RetentionInDays).toBe(30);
    expect(logGroup).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });

  it('names itself and its stage in metrics and spends no cold start on source maps', () => {
    const environment = environmentOf(template, functionName);
    expect(environment['POWERTOOLS_SERVICE_NAME']).toBe(name);
    expect(environment['POWERTOOLS_METRICS_NAMESPACE']).toBe('ThalianWebhooks/production');
    expect(environment).not.toHaveProperty('NODE_OPTIONS');
  });
});

describe('what is deployed', () => {
  it('is the bundle that is tested and measured, with what stands in for packages', async () => {
    const { path: outdir, remove } = makeTemporaryFolder('thalian-asset-');
    try {
      const stack = new Stack(new App({ outdir }), 'Bundled');
      new NodeLambda(stack, 'Reconcile', { stage: createStages({}).production, folder: 'reconcile', environment: {} });
      const [asset = ''] = globSync('asset.*/index.js', { cwd: outdir });
      const measured = await makeBundle(join(import.meta.dirname, '..', '..'), 'reconcile', join(outdir, 'measured'));
      expect(hashOf(join(outdir, asset))).toBe(hashOf(measured.file));
    } finally {
      remove();
    }
  });
});

/** Without the last line, which names the source map. */
function hashOf(file: string): string {
  const code = readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  return createHash('sha256').update(code).digest('hex');
}
