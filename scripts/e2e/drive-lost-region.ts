/**
 * A region that is lost, and comes back. Each region is an emulator of its own; the suite has the first stand still, functions
 * and all, goes on in the second, which it deploys by itself, and wakes the first again.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { openEmulator } from './emulator-target.ts';
import { createStackCommands } from './stack-commands.ts';
import type { Run, Target } from './target.ts';

const STANDBY_REGION = 'eu-central-1';

export async function driveLostRegion(run: Run, primary: Target): Promise<void> {
  const { folder, progress } = run;
  const standby = await openEmulator(run, STANDBY_REGION);
  const commands = createStackCommands(run, primary);
  // Both trust the one receiver of the suite.
  const standbyCommands = createStackCommands(run, { ...standby, synthEnv: primary.synthEnv });
  const assembly = join(folder, 'assembly');
  const assemblyOfStandby = join(folder, 'assembly-standby');
  const deployment = {
    E2E_OUTPUTS_FILE: join(folder, 'outputs.json'),
    E2E_STANDBY_OUTPUTS_FILE: join(folder, 'outputs-standby.json'),
    E2E_STANDBY_ENV_FILE: join(folder, 'standby.json'),
    E2E_STANDBY_ASSEMBLY: assemblyOfStandby,
    E2E_PRIMARY_PROCESS_GROUP: z.int().parse(primary.processGroup).toString(),
  };
  writeFileSync(deployment.E2E_STANDBY_ENV_FILE, JSON.stringify(standby.env));

  await progress.phase('cdk synth, for two regions', async () => {
    await commands.synthesise(assembly);
    await standbyCommands.synthesise(assemblyOfStandby);
  });
  await commands.bootstrap(assembly);
  await standbyCommands.bootstrap(assemblyOfStandby);
  await progress.phase('cdk deploy in the first region', () => commands.deploy(assembly, deployment.E2E_OUTPUTS_FILE));
  await progress.phase('lose the region, go on in the second, get it back', () =>
    commands.suite('lost-region', deployment),
  );
}
