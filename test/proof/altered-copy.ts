/**
 * A copy of the project in which one thing at a time is altered and one test file is run. The project itself is never
 * touched, so nothing has to be put right if a run breaks off.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFailed } from './run-tests.ts';

/** One text of a file by another. */
export interface Alteration {
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly text: string;
  readonly by: string;
}

export interface AlteredCopy {
  readonly folder: string;
  /** Aborts when the run is interrupted: the copy goes once `work` has ended. */
  readonly signal: AbortSignal;
  /** Does `work` while the alterations are in place. Throws if a text is not there exactly once. */
  whileAltered<T>(alterations: readonly Alteration[], work: () => Promise<T>): Promise<T>;
  /** Throws if a test fails as long as nothing is altered: it would show nothing afterwards. */
  demandGreen(files: readonly string[]): Promise<void>;
  /** The first test of a file that fails while the alterations are in place; undefined if none does. */
  firstRedBy(alterations: readonly Alteration[], file: string): Promise<string | undefined>;
}

const PROJECT = join(import.meta.dirname, '..', '..');
const COPIED = [
  ...['functions', 'shared', 'local', 'scripts', 'test', 'docs', 'examples', 'infra', 'console'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts', 'cdk.json'],
];

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The copy goes when `work` ends, however it ends. */
export async function withAlteredCopy<T>(work: (copy: AlteredCopy) => Promise<T>): Promise<T> {
  // As the processes in it will see it, where the folder for temporary files is a link.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'altered-')));
  const interruption = new AbortController();
  const interrupt = (name: NodeJS.Signals) => interruption.abort(new Error(`Interrupted by ${name}.`));
  for (const name of INTERRUPTIONS) {
    process.on(name, interrupt);
  }
  try {
    for (const name of COPIED) {
      cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    return await work(alteredCopyIn(folder, interruption.signal));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const name of INTERRUPTIONS) {
      process.off(name, interrupt);
    }
  }
}

function alteredCopyIn(folder: string, signal: AbortSignal): AlteredCopy {
  async function whileAltered<T>(alterations: readonly Alteration[], work: () => Promise<T>): Promise<T> {
    const before = new Map<string, string>();
    try {
      for (const alteration of alterations) {
        const path = join(folder, alteration.file);
        const source = readFileSync(path, 'utf8');
        before.set(path, before.get(path) ?? source);
        writeFileSync(path, altered(source, alteration));
      }
      return await work();
    } finally {
      for (const [path, source] of before) {
        writeFileSync(path, source);
      }
    }
  }

  return {
    folder,
    signal,
    whileAltered,
    async demandGreen(files) {
      const [red] = await listFailed({ folder, files: [...new Set(files)] }, signal);
      if (red !== undefined) {
        throw new Error(`Red before anything is altered: ${red}`);
      }
    },
    firstRedBy(alterations, file) {
      return whileAltered(alterations, async () => (await listFailed({ folder, files: [file] }, signal))[0]);
    },
  };
}

export function altered(source: string, { file, text, by }: Alteration): string {
  if (source.split(text).length !== 2) {
    throw new Error(`This is not in ${file} exactly once: ${text}`);
  }
  return source.replace(text, () => by);
}
