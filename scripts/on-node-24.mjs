/**
 * `node scripts/on-node-24.mjs PROGRAM [arguments]`: runs a program of the project on a Node that can, or says what is
 * missing. On a Node that can, the program runs in this very process, so that signals and exit codes are its own.
 */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chooseNode } from './choose-node.mjs';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
const { platform, arch } = process;
const choice = chooseNode({ version: process.versions.node, platform, arch, modules });

if (choice.kind === 'none') {
  process.stderr.write(`${choice.missing}\n`);
  process.exitCode = 1;
} else if (choice.kind === 'installed') {
  const child = spawn(choice.file, process.argv.slice(2), { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both: the child ends in good order, and then this.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
} else {
  // As if the program had been named in the first place.
  process.argv.splice(1, 1);
  process.argv[1] = resolve(process.argv[1] ?? '');
  await import(pathToFileURL(process.argv[1]).href);
}
