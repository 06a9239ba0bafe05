/** Starts what the suite looks at before its first test, and ends it after the last. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Hosted } from './host.ts';

declare module 'vitest' {
  interface ProvidedContext extends Hosted {}
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const child = fork(join(import.meta.dirname, 'host.ts'), { execArgv: [] });
  const ended = once(child, 'close');
  const hosted = await new Promise<Hosted>((resolve, reject) => {
    child.once('message', (message: Hosted) => resolve(message));
    child.once('close', () => reject(new Error('What the browser suite looks at did not start.')));
  });
  provide('stack', hosted.stack);
  provide('browserUrl', hosted.browserUrl);
  provide('browserPid', hosted.browserPid);
  provide('tenants', hosted.tenants);
  return async () => {
    child.disconnect();
    await ended;
  };
}
