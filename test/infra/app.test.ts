import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('refuses a stage that does not exist in one line that names those that do', () => {
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: `${import.meta.dirname}/../..`,
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ stage: 'prod' }) },
    encoding: 'utf8',
  });

  expect(stderr).toBe('There is no stage "prod". Choose with -c stage=NAME: production, staging, e2e.\n');
  expect(status).toBe(1);
});
