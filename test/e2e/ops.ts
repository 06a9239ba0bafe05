/** `npm run ops` with nothing but the stage's name and an environment as for the AWS CLI. Answers what it printed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STAGE } from '../../scripts/e2e/stack-commands.ts';
import { ROOT } from '../../scripts/e2e/target.ts';

export function ops(...args: readonly string[]): Promise<string> {
  return opsIn(process.env, ...args);
}

/** In the account and region of that environment. */
export async function opsIn(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const script = join(ROOT, 'scripts', 'ops.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args, '--stage', STAGE], { env });
  return stdout;
}
