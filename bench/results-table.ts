/** The results as lines for a terminal. Pure. */
import type { BenchResults, LatencyResult, MemoryResult, ThroughputResults } from './results.ts';
import type { Spread } from './send/ratios.ts';
import type { SendResults } from './send/results.ts';

const KIB = 1024;
const PARTS_SHOWN = 4;

export function machineLine({ machine, against }: BenchResults): string {
  const { processors, processor, node, load } = machine;
  const beside = against === undefined ? '' : `; against ${against}`;
  return `${processors} × ${processor}, Node ${node}, load ${load}; medians (least–most)${beside}`;
}

export function sendLines({ scenarios, bundles }: SendResults): readonly string[] {
  return [
    ...scenarios.flatMap(({ batchSize, hosts, perSecond, millis, timesBare, timesAgainst }) => [
      `batches of ${batchSize}, ${hosts === 1 ? 'one host' : `${hosts} hosts`}${perSecond ? `, ${perSecond} a second` : ''}:`,
      ...Object.entries(millis).map(([subject, spread]) => {
        const times = timesBare[subject as keyof typeof timesBare];
        return `  ${subject.padEnd(8)} ${shown(spread, 2)} ms of CPU a delivery${times ? `, ${shown(times, 1)} × bare` : ''}`;
      }),
      ...(timesAgainst ? [`  send is ${shown(timesAgainst, 2)} × against`] : []),
    ]),
    'bundles:',
    ...bundles.map(({ name, bytes, parts, loadMillis, against: other }) => {
      const largest = parts.slice(0, PARTS_SHOWN).map((part) => `${part.name} ${kib(part.bytes)}`);
      const size = `${kib(bytes)} KiB${other ? ` (${other.timesBytes.toFixed(2)} ×)` : ''}`;
      const times = other?.timesLoad ? ` (${shown(other.timesLoad, 2)} ×)` : '';
      const load = loadMillis ? `, loads in ${shown(loadMillis, 0)} ms of CPU more than an empty one${times}` : '';
      return `  ${name.padEnd(9)} ${size}${load}: ${largest.join(', ')}`;
    }),
  ];
}

export function latencyLines(results: readonly LatencyResult[]): readonly string[] {
  return results.flatMap(({ perSecond, millis, timesAgainst }) => [
    ...Object.entries(millis).map(([subject, { p50, p95, p99 }]) => {
      const figures = `p50 ${shown(p50, 0)} ms, p95 ${shown(p95, 0)} ms, p99 ${shown(p99, 0)} ms`;
      return `${`${perSecond} a second, ${subject}`.padEnd(22)} ${figures}`;
    }),
    ...(timesAgainst ? [`  p95 is ${shown(timesAgainst, 2)} × against`] : []),
  ]);
}

export function memoryLines(results: readonly MemoryResult[]): readonly string[] {
  return results.map(({ process, under, idleMib, peakMib, timesIdle, heapTimesIdle, timesBare }) => {
    const figures = `${shown(idleMib, 0)} MiB idle, ${shown(peakMib, 0)} at most: ${shown(timesIdle, 2)} ×`;
    const beside = process === 'bare' ? '' : `, ${shown(timesBare, 2)} × bare`;
    return `${`${process}, ${under}`.padEnd(43)} ${figures}; heap ${shown(heapTimesIdle, 1)} ×${beside}`;
  });
}

export function throughputLines(results: ThroughputResults): readonly string[] {
  const { together, apart, timesTogether, against } = results;
  return [
    `deliveries a second: ${shown(together.perSecond, 0)} in one thread, ${shown(apart.perSecond, 0)} apart: ${shown(timesTogether, 2)} ×`,
    `ms of the supervisor's thread a delivery: ${shown(together.supervisorMillis, 2)} in one thread, ${shown(apart.supervisorMillis, 2)} apart`,
    ...(against
      ? [
          `started as a person does: ${shown(against.herePerSecond, 0)} here, ${shown(against.therePerSecond, 0)} against: ${shown(against.timesAgainst, 2)} ×`,
        ]
      : []),
  ];
}

function kib(bytes: number): string {
  return (bytes / KIB).toFixed(bytes < KIB ? 1 : 0);
}

function shown({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
