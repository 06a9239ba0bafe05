/**
 * `npm run check:systems`: installs what depends on the operating system as macOS and Windows would get it, in a temporary
 * folder, and fails unless each tool is there for that system and the commands of the project resolve to a Node. It runs
 * nothing that was installed: it says what would run, not that it runs.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endUnlessBare } from '../local/command-line.ts';
import { chooseNode, NEEDED_MAJOR } from './choose-node.mjs';
import { runCommand } from './e2e/run-command.ts';

const ROOT = join(import.meta.dirname, '..');

/** An install takes seconds; one that takes so much longer hangs. */
const GIVE_UP_AFTER_MINUTES = 3;

/** The packages that bring a program for each system, and the CDK's command, which has to be there on all. */
const TOOLS = ['@biomejs/biome', 'aws-cdk', 'esbuild', 'vite'];

interface System {
  readonly os: string;
  readonly cpu: string;
  /** What must be installed for it. */
  readonly programs: readonly string[];
}

const SYSTEMS: readonly System[] = [
  {
    os: 'darwin',
    cpu: 'arm64',
    programs: ['@biomejs/cli-darwin-arm64', '@esbuild/darwin-arm64', '@rolldown/binding-darwin-arm64'],
  },
  {
    os: 'win32',
    cpu: 'x64',
    programs: ['@biomejs/cli-win32-x64', '@esbuild/win32-x64', '@rolldown/binding-win32-x64-msvc'],
  },
];

const signal = AbortSignal.timeout(GIVE_UP_AFTER_MINUTES * 60_000);

async function check({ os, cpu, programs }: System, folder: string): Promise<string> {
  mkdirSync(folder);
  // With the whole lock file beside fewer dependencies npm takes the locked versions and leaves out the rest: seconds
  // instead of a minute.
  for (const file of ['package-lock.json', '.npmrc']) {
    copyFileSync(join(ROOT, file), join(folder, file));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(fewerDependencies()));
  const args = ['install', '--os', os, '--cpu', cpu, '--ignore-scripts'];
  await runCommand({ file: 'npm', args, env: process.env, folder }, signal);

  const modules = join(folder, 'node_modules');
  const absent = [...TOOLS, ...programs].filter((name) => !existsSync(join(modules, name, 'package.json')));
  if (absent.length > 0) {
    throw new Error(`On ${os} npm does not install ${absent.join(', ')}.`);
  }
  const machine = { platform: os, arch: cpu, modules };
  const [newEnough, tooOld] = [NEEDED_MAJOR, NEEDED_MAJOR - 2].map((major) =>
    chooseNode({ ...machine, version: `${major}.0.0` }),
  );
  if (newEnough?.kind !== 'running' || tooOld?.kind !== 'none') {
    throw new Error(`On ${os} the commands would run on ${JSON.stringify([newEnough, tooOld])}.`);
  }
  return `${os} ${cpu}: tools are installed; commands run on the machine's Node ≥ ${NEEDED_MAJOR}, or say: ${tooOld.missing}`;
}

function fewerDependencies() {
  const { name, version, dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const all = { ...dependencies, ...devDependencies };
  const kept = Object.fromEntries(TOOLS.map((tool) => [tool, all[tool]]));
  return { name, version, private: true, dependencies: kept, optionalDependencies };
}

endUnlessBare(
  'npm run check:systems\n\nTakes no options: installs for macOS and Windows what depends on the system, and says on which Node the commands would run.',
);

const folder = mkdtempSync(join(tmpdir(), 'thalian-systems-'));
try {
  for (const system of SYSTEMS) {
    console.log(`✓ ${await check(system, join(folder, system.os))}`);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
