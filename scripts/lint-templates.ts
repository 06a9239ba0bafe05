/**
 * `npm run lint:templates`: synthesises every stage twice, each time in a process that has no network and nothing of the
 * user's environment, and fails unless both come out the same and cfn-lint finds nothing in them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endUnlessBare } from '../local/command-line.ts';
import { createProgress } from './e2e/progress.ts';
import { preparePython } from './e2e/python-environment.ts';
import { runCommand } from './e2e/run-command.ts';

const ROOT = join(import.meta.dirname, '..');
const NO_NETWORK = join(import.meta.dirname, 'no-network.ts');

/** A stage that keeps its data is not synthesised without one. */
const MAILBOX = 'oncall@thalian.example';

/** cfn-lint takes 10 s for three stages; a run that takes so much longer hangs. */
const GIVE_UP_AFTER_MINUTES = 5;

/**
 * W3005, a `DependsOn` that a reference makes superfluous: the CDK lets a function wait for its role's policies, and names
 * the role with them.
 */
const NOT_ASKED = ['W3005'];

const progress = createProgress((line) => console.log(line));
const signal = AbortSignal.timeout(GIVE_UP_AFTER_MINUTES * 60_000);

async function run(folder: string): Promise<void> {
  const python = await progress.phase('prepare Python', () =>
    preparePython({
      command: 'npm run lint:templates',
      purpose: 'cfn-lint',
      module: 'cfnlint',
      root: ROOT,
      requirements: join('scripts', 'lint-templates.requirements.txt'),
      folder: join('.venv', 'lint-templates'),
      signal,
      onLine: (line) => progress.say(`  ${line}`),
    }),
  );
  const stages = await namesOfStages(folder);
  const templates = await progress.phase(`synthesise ${stages.join(', ')} twice`, async () => {
    const files: string[] = [];
    for (const stage of stages) {
      files.push(await synthesiseTwice(stage, folder));
    }
    return files;
  });
  await progress.phase('cfn-lint', () => {
    const file = join(dirname(python), 'cfn-lint');
    const args = ['--ignore-checks', ...NOT_ASKED, '--', ...templates];
    return runCommand({ file, args, env: { PATH: process.env['PATH'] }, folder: ROOT }, signal);
  });
}

/** The app itself says which there are, when it is asked for one that is not. */
async function namesOfStages(folder: string): Promise<readonly string[]> {
  const response = await synthesise('?', join(folder, 'none')).catch((error: unknown) => String(error));
  const [, names] = /Choose with -c stage=NAME: ([^.]+)\./.exec(response) ?? [];
  if (names === undefined) {
    throw new Error(`The app does not say which stages there are:\n${response}`);
  }
  return names.split(', ');
}

/** Answers the first template. */
async function synthesiseTwice(stage: string, folder: string): Promise<string> {
  const folders = [join(folder, stage), join(folder, `${stage}-again`)] as const;
  await Promise.all(folders.map((output) => synthesise(stage, output)));
  const [first, again] = folders.map(readAssembly);
  for (const [name, content] of first ?? []) {
    if (again?.get(name) !== content) {
      throw new Error(`Two syntheses of ${stage} differ in ${name}.`);
    }
  }
  const template = [...(first?.keys() ?? [])].find((name) => name.endsWith('.template.json'));
  if (template === undefined) {
    throw new Error(`The synthesis of ${stage} has no template.`);
  }
  return join(folders[0], template);
}

/** Without bundling, which `npm run e2e` does, twice too. */
function synthesise(stage: string, output: string): Promise<string> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const env = {
    PATH: process.env['PATH'],
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage, alarmEmail: MAILBOX, 'aws:cdk:bundling-stacks': [] }),
    // Loading the CDK is most of the work: the second process takes over what the first compiled.
    NODE_COMPILE_CACHE: join(output, '..', 'compiled'),
  };
  const args = ['--import', NO_NETWORK, join('infra', 'app.ts')];
  return runCommand({ file: process.execPath, args, env, folder: ROOT }, signal);
}

/** What a deployment reads: the template, and the assets by their hashes. */
function readAssembly(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => /\.(template|assets)\.json$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

endUnlessBare(
  'npm run lint:templates\n\nTakes no options: synthesises every stage twice and has cfn-lint look at the templates.',
);

const folder = mkdtempSync(join(tmpdir(), 'thalian-templates-'));
try {
  await run(folder);
  console.log(['✓ npm run lint:templates', ...progress.summary()].join('\n'));
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
