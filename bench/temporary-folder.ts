/** A folder that is gone when its use ends, also by Ctrl-C: then the process exits without running what is awaited. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const removeOnExit = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeOnExit);
  return {
    path,
    remove() {
      process.removeListener('exit', removeOnExit);
      removeOnExit();
    },
  };
}
