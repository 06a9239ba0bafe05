/** How much memory this process has at most. Peaks between two looks are the kernel's to know: of the heap they are missed. */
import { existsSync, readFileSync } from 'node:fs';
import type { MemoryUse } from './measured-child.ts';

const LOOK_EVERY_MILLIS = 5;
const STATUS = '/proc/self/status';

/** Begins now, when the process is idle; answers what was seen since. */
export function watchMemory(): () => MemoryUse {
  globalThis.gc?.();
  const { rss: idle, heapUsed: idleHeap } = process.memoryUsage();
  let peak = idle;
  let peakHeap = idleHeap;
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    peak = Math.max(peak, rss);
    peakHeap = Math.max(peakHeap, heapUsed);
  };
  setInterval(look, LOOK_EVERY_MILLIS);
  return () => {
    look();
    return { idle, peak: Math.max(peak, highWater()), idleHeap, peakHeap };
  };
}

/** Linux alone says it. Not `resourceUsage().maxRSS`: before `exec` that was the parent's. */
function highWater(): number {
  const [, kib] = existsSync(STATUS) ? (/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8')) ?? []) : [];
  return Number(kib ?? 0) * 1_024;
}
