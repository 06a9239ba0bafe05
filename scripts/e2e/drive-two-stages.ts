/** Two stages of one account beside each other. The suite destroys one of them by itself, and looks at the other. */
import { join } from 'node:path';
import { createStackCommands, STAGE, STAGE_BESIDE } from './stack-commands.ts';
import type { Run, Target } from './target.ts';

export async function driveTwoStages(run: Run, target: Target): Promise<void> {
  const { folder, progress } = run;
  const commands = createStackCommands(run, target);
  const stages = [STAGE, STAGE_BESIDE].map((stage) => ({
    stage,
    assembly: join(folder, `assembly-${stage}`),
    outputs: join(folder, `outputs-${stage}.json`),
  }));
  const [one, other] = stages as [(typeof stages)[number], (typeof stages)[number]];
  const deployment = {
    E2E_OUTPUTS_FILE: one.outputs,
    E2E_OUTPUTS_FILE_BESIDE: other.outputs,
    E2E_ASSEMBLY_BESIDE: other.assembly,
  };

  await progress.phase('cdk synth of two stages', async () => {
    for (const { stage, assembly } of stages) {
      await commands.synthesise(assembly, stage);
    }
  });
  await commands.bootstrap(one.assembly);
  const { destroy } = commands.destroyAtEnd(one.assembly);
  commands.destroyAtEnd(other.assembly);
  await progress.phase('cdk deploy of two stages', async () => {
    for (const { assembly, outputs } of stages) {
      await commands.deploy(assembly, outputs);
    }
  });
  await progress.phase('drive both, destroy one, drive the other', () => commands.suite('beside', deployment));
  await progress.phase('look for what is left of the one', () =>
    commands.suite('destroyed', { E2E_OUTPUTS_FILE: other.outputs }),
  );
  await destroy();
  await progress.phase('look for what is left', () => commands.suite('destroyed', deployment));
}
