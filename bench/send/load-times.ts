/** How much CPU time a bundle takes until its handler could be called, as the process that loads it counts it. */
import { execFileSync } from 'node:child_process';

const LOAD = `
require(process.argv[1]);
const { user, system } = process.cpuUsage();
process.stdout.write(String((user + system) / 1000), () => process.exit());
`;

/** CPU milliseconds since the start of the process. */
export function loadMillis(file: string, environment: NodeJS.ProcessEnv): number {
  const millis = Number(execFileSync(process.execPath, ['-e', LOAD, file], { env: environment, encoding: 'utf8' }));
  if (!(millis > 0)) {
    throw new Error(`${file} does not load`);
  }
  return millis;
}
