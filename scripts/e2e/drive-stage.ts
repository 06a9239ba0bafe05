/** The usual run: one stage is deployed, driven from outside, deployed again without a change, and destroyed. */
import { join } from 'node:path';
import { createStackCommands } from './stack-commands.ts';
import type { Run, Target } from './target.ts';

export async function driveStage(run: Run, target: Target): Promise<void> {
  const { folder, progress, detail } = run;
  const commands = createStackCommands(run, target);
  const assembly = join(folder, 'assembly');
  const deployment = { E2E_OUTPUTS_FILE: join(folder, 'outputs.json') };

  await progress.phase('cdk synth', async () => {
    for (const change of await commands.synthesise(assembly)) {
      detail(change);
    }
  });
  await commands.bootstrap(assembly);
  const { destroy } = commands.destroyAtEnd(assembly);
  await progress.phase('cdk deploy', () => commands.deploy(assembly, deployment.E2E_OUTPUTS_FILE));
  await progress.phase('drive the stack from outside', () => commands.suite('deployed', deployment));
  await progress.phase('cdk deploy again changes nothing', async () => {
    const again = join(folder, 'assembly-again');
    await commands.synthesise(again);
    const published = await commands.deploy(again);
    if (!published.includes('(no changes)')) {
      throw new Error(`The same sources deployed again are a change:\n${published}`);
    }
  });
  await destroy();
  await progress.phase('look for what is left', () => commands.suite('destroyed', deployment));
}
