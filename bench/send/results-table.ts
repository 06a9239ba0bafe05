/** The results as lines for a terminal. Pure. */
import type { Spread } from './ratios.ts';
import type { SendResults } from './results.ts';

const KIB = 1024;
const PARTS_SHOWN = 4;

export function asLines({ scenarios, bundles, machine, rounds, against }: SendResults): readonly string[] {
  const { processors, processor, node, load } = machine;
  return [
    `${processors} × ${processor}, Node ${node}, load ${load}; median of ${rounds} rounds (least–most)`,
    ...(against === undefined ? [] : [`against ${against}`]),
    ...scenarios.flatMap(({ batchSize, hosts, millis, timesBare, timesAgainst }) => [
      `batches of ${batchSize}, ${hosts === 1 ? 'one host' : `${hosts} hosts`}:`,
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

function kib(bytes: number): string {
  return (bytes / KIB).toFixed(bytes < KIB ? 1 : 0);
}

function shown({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
