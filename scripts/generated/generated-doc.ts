/** A file of which some part, or all, is generated: as it is, and as it should be. */
import { existsSync, readFileSync } from 'node:fs';

export interface GeneratedDoc {
  /** Relative to the project's folder. */
  readonly path: string;
  /** Undefined if there is no such file yet. */
  readonly current: string | undefined;
  readonly wanted: string;
}

export function readIfThere(file: URL): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
