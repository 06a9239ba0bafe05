/** Puts findings on the bus at a steady rate, by the clock. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FindingLine } from '../local/demo/findings-file.ts';
import { publishLines } from '../local/demo/publish.ts';
import type { MeasuredSystem } from './local-run.ts';

export interface Beat {
  readonly tickMillis: number;
  /** Findings of one tick, put together. */
  readonly perTick: number;
}

/** Answers when each finding was due, epoch milliseconds. `onTick` is called before each tick with the time since the first. */
export async function publishAtRate(
  { clients, description }: MeasuredSystem,
  lines: readonly FindingLine[],
  { tickMillis, perTick }: Beat,
  onTick: (millis: number) => void = () => {},
): Promise<readonly number[]> {
  const startedAt = Date.now();
  const dueAt = (index: number) => startedAt + Math.floor(index / perTick) * tickMillis;
  const publishing: Promise<unknown>[] = [];
  for (let first = 0; first < lines.length; first += perTick) {
    await pause(Math.max(0, dueAt(first) - Date.now()));
    onTick(dueAt(first) - startedAt);
    // Not waited for: a slow bus must not slow down the clock.
    publishing.push(publishLines(clients.eventBridge, description.findingsBus, lines.slice(first, first + perTick)));
  }
  await Promise.all(publishing);
  return lines.map((_, index) => dueAt(index));
}
