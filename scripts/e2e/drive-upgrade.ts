/**
 * A stack of another commit becomes one of this checkout, goes back, and comes again, as the same stack. The suite deploys
 * by itself, because what it puts into the stack lies there across each deploy.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand } from './run-command.ts';
import { createStackCommands } from './stack-commands.ts';
import { ROOT, type Run, type Target } from './target.ts';

/** `from` is a commit, or a folder with a checkout and its `node_modules`. */
export async function driveUpgrade(run: Run, target: Target, from: string): Promise<void> {
  const { folder, progress, detail } = run;
  const commands = createStackCommands(run, target);
  const assemblies = { before: join(folder, 'assembly-before'), now: join(folder, 'assembly-now') };
  const deployment = {
    E2E_OUTPUTS_FILE: join(folder, 'outputs.json'),
    E2E_ASSEMBLY_BEFORE: assemblies.before,
    E2E_ASSEMBLY_NOW: assemblies.now,
  };

  const checkout = await checkOut(run, from);
  await progress.phase(`cdk synth, of ${from} and of this checkout`, async () => {
    await commands.synthesise(assemblies.before, undefined, checkout);
    for (const change of await commands.synthesise(assemblies.now)) {
      detail(change);
    }
  });
  await commands.bootstrap(assemblies.now);
  const { destroy } = commands.destroyAtEnd(assemblies.now);
  await progress.phase(`cdk deploy of ${from}`, () => commands.deploy(assemblies.before, deployment.E2E_OUTPUTS_FILE));
  await progress.phase('upgrade, go back, upgrade again', () => commands.suite('upgraded', deployment));
  await destroy();
  await progress.phase('look for what is left', () => commands.suite('destroyed', deployment));
}

async function checkOut({ folder, signal, progress }: Run, from: string): Promise<string> {
  if (existsSync(join(from, 'cdk.json'))) {
    return resolve(from);
  }
  return progress.phase(`check out ${from} and install its packages`, async () => {
    const checkout = join(folder, 'checkout');
    mkdirSync(checkout);
    // The user's own environment: npm finds its registry, its proxy and its certificates there.
    const command = (file: string, workingFolder: string, ...args: readonly string[]) =>
      runCommand({ file, args, env: process.env, folder: workingFolder }, signal);
    const archive = join(folder, 'checkout.tar');
    await command('git', ROOT, 'archive', '--output', archive, from);
    await command('tar', checkout, '-xf', archive);
    await command('npm', checkout, 'ci', '--no-audit', '--no-fund', '--ignore-scripts');
    return checkout;
  });
}
