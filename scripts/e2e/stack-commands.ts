/** What every end-to-end run does with a stack: synthesise, deploy, drive, destroy. */
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { BIN, ROOT, type Run, type Target } from './target.ts';

/** Its users may sign in by sending a password, and its retries end within half a minute. */
export const STAGE = 'e2e';

/** A second such stage in the same account and region. */
export const STAGE_BESIDE = 'beside';

export type StackCommands = ReturnType<typeof createStackCommands>;

export function createStackCommands({ signal, progress, detail, atEnd }: Run, target: Target) {
  const { env, toBootstrap } = target;
  const cdk = (args: readonly string[], until = signal) =>
    runCommand({ file: join(BIN, 'cdk'), args: [...args, '--no-notices'], env, folder: ROOT }, until);

  return {
    /** Into the folder, from this checkout or another. Answers what was changed for the target, one line each. */
    async synthesise(into: string, stage = STAGE, checkout = ROOT): Promise<readonly string[]> {
      const args = ['synth', '-c', `stage=${stage}`, '--output', into, '--quiet', '--no-notices'];
      const synthEnv = { ...env, ...target.synthEnv };
      await runCommand({ file: join(BIN, 'cdk'), args, env: synthEnv, folder: checkout }, signal);
      return target.fit(into);
    },

    async bootstrap(assembly: string): Promise<void> {
      if (toBootstrap !== undefined) {
        await progress.phase('cdk bootstrap', () => cdk(['bootstrap', toBootstrap, '--app', assembly]));
      }
    },

    /** Answers what it printed. */
    deploy: (assembly: string, outputs?: string): Promise<string> => cdk(deployArgs(assembly, outputs)),

    /** At the run's end, if it is still there then. To be asked before it is deployed: one that breaks off leaves a stack too. */
    destroyAtEnd(assembly: string): { destroy(): Promise<void> } {
      let isStanding = target.outlivesRun;
      atEnd(async () => {
        if (isStanding) {
          await progress.phase('cdk destroy after all', () => cdk(destroyArgs(assembly), new AbortController().signal));
        }
      });
      return {
        async destroy() {
          await progress.phase('cdk destroy', () => cdk(destroyArgs(assembly)));
          isStanding = false;
        },
      };
    },

    /** A folder of `test/e2e/`, with what it needs to know of the deployment. */
    suite(part: string, deployment: NodeJS.ProcessEnv): Promise<string> {
      const args = ['run', '--config', join('test', 'e2e', 'vitest.config.ts'), join('test', 'e2e', part)];
      return runCommand(
        { file: join(BIN, 'vitest'), args, env: { ...env, ...deployment }, folder: ROOT },
        signal,
        detail,
      );
    },
  };
}

/** Of the CDK's commands. */
export function destroyArgs(assembly: string): readonly string[] {
  return ['destroy', '--app', assembly, '--force'];
}

export function deployArgs(assembly: string, outputs?: string): readonly string[] {
  const file = outputs === undefined ? [] : ['--outputs-file', outputs];
  return ['deploy', '--app', assembly, '--require-approval', 'never', ...file];
}
