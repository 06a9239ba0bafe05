/** Makes a folder and those above it. `mkdir` of Node, asked to be recursive, never returns where a folder takes none: `/proc`. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Rejects as `mkdirSync` does; what is there already stays. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) {
    return;
  }
  if (!existsSync(folder)) {
    makeFolder(dirname(folder));
  }
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another program was faster.
    if (!isFolder(folder)) {
      throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
