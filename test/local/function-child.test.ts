import { expect, it } from 'vitest';
import { startFunctionChild } from '../../local/functions/function-child.ts';

const SOON = { timeout: 30_000, interval: 20 };

it('the process of a function has time left except while it computes without a break', async () => {
  const child = startFunctionChild({
    folder: '../test/fakes/busy-function',
    environment: { PATH: process.env['PATH'] },
    onLine: () => {},
  });
  try {
    expect(await child.started).toBe('ready');
    expect(child.hasTime()).toBe(true);
    const computing = child.invoke({ compute: true });
    await expect.poll(() => child.hasTime(), SOON).toBe(false);
    await child.invoke({ compute: false });
    await computing;
    await expect.poll(() => child.hasTime(), SOON).toBe(true);
  } finally {
    await child.end();
  }
});
