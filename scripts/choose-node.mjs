/**
 * Which Node runs a program of the project: the running one if it is new enough, else the one that npm installed. Plain
 * JavaScript of long ago, because a Node that is too old has to read it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The one that Lambda runs; older ones do not read TypeScript. */
export const NEEDED_MAJOR = 24;

export function chooseNode({ version, platform, arch, modules }) {
  if (Number.parseInt(version, 10) >= NEEDED_MAJOR) {
    return { kind: 'running' };
  }
  const file = join(modules, `node-${platform}-${arch}`, 'bin', 'node');
  return existsSync(file) ? { kind: 'installed', file } : { kind: 'none', missing: whatIsMissing(version, platform) };
}

function whatIsMissing(version, platform) {
  const remedy =
    platform === 'linux'
      ? 'Run `npm ci`, which installs it on x64 and arm64, without --omit=optional; elsewhere install it yourself.'
      : 'npm installs it on Linux only: install it from https://nodejs.org or by your version manager.';
  return `This needs Node ${NEEDED_MAJOR} or later, and this is Node ${version}. ${remedy}`;
}
