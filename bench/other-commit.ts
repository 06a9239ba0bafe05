/** The files of another commit in a temporary folder, with the packages that its lock file names. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface OtherCommit {
  readonly commit: string;
  readonly folder: string;
}

const PROJECT = join(import.meta.dirname, '..');
const MOST_BYTES = 256 * 1024 * 1024;

export async function withCommit<Result>(name: string, use: (other: OtherCommit) => Promise<Result>): Promise<Result> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: PROJECT, maxBuffer: MOST_BYTES });
  const commit = git('rev-parse', '--short', '--verify', `${name}^{commit}`).toString().trim();
  const { path: folder, remove } = makeTemporaryFolder('thalian-commit-');
  try {
    execFileSync('tar', ['-x', '-C', folder], { input: git('archive', commit) });
    const hasOurPackages = packagesOf(folder) === packagesOf(PROJECT);
    if (hasOurPackages) {
      symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    } else {
      console.error(`  installing the packages of ${commit} ...`);
      execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'ignore' });
    }
    return await use({ commit, folder });
  } finally {
    remove();
  }
}

/** What can be in a bundle, with its versions. */
function packagesOf(checkout: string): string {
  const lockFile = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, object>>;
  };
  return JSON.stringify(Object.entries(lockFile.packages).filter(([path, one]) => path !== '' && !('dev' in one)));
}
