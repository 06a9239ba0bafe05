/** A command of the CDK within a suite, whose findings lie in the stack meanwhile. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, ROOT } from '../../scripts/e2e/target.ts';

/** Not in a process group of its own: it ends with the suite. */
export async function cdk(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await promisify(execFile)(join(BIN, 'cdk'), [...args, '--no-notices'], { cwd: ROOT, env });
}
