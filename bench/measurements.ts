/** What `npm run bench` can measure, and what it measures unless names are given. Pure. */

export interface Described {
  readonly what: string;
  /** Left out unless it is named, because it takes so many minutes. */
  readonly longMinutes?: number;
}

export const MEASUREMENTS = {
  send: {
    what: 'CPU time of the bundled `send` beside a bare POST and the obvious way; load time and size of each bundle',
  },
  latency: { what: 'from the bus to the receiver at 50 and 200 findings a second: p50, p95, p99' },
  memory: {
    what: 'peak memory of `send` under large and slow responses, of `dispatch` with one finding to 1,000 webhooks',
  },
  throughput: { what: 'deliveries a second of the local system' },
  cost: { what: 'what AWS bills by rate and share of failures, as counted for docs/cost.md' },
  masking: { what: 'what a failed delivery costs, by how much there is to mask' },
  turns: { what: 'a burst for a receiver that is limited, on a simulated clock' },
  fairness: { what: 'what ten slow receivers of fifty cost the others', longMinutes: 6 },
  burst: { what: '300 findings at once for a receiver that takes one a second', longMinutes: 13 },
} as const satisfies Readonly<Record<string, Described>>;

export type MeasurementName = keyof typeof MEASUREMENTS;

/** Those that are named, in the order of the list; of no names those that are not long. Throws at a name that is none. */
export function chosen(names: readonly string[]): readonly MeasurementName[] {
  const all = Object.keys(MEASUREMENTS) as MeasurementName[];
  const unknown = names.filter((name) => !Object.hasOwn(MEASUREMENTS, name));
  if (unknown.length > 0) {
    throw new Error(`There is no measurement ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  }
  return all.filter((name) => (names.length === 0 ? !('longMinutes' in MEASUREMENTS[name]) : names.includes(name)));
}

export function help(): readonly string[] {
  const described: readonly (readonly [string, Described])[] = Object.entries(MEASUREMENTS);
  return [
    'npm run bench -- [NAME ...]   without a name: all that are not long, less than ten minutes on two idle cores',
    ...described.map(
      ([name, { what, longMinutes }]) =>
        `  ${name.padEnd(16)} ${what}${longMinutes === undefined ? '' : ` (long, ${longMinutes} minutes: by name alone)`}`,
    ),
    '  --against COMMIT send, latency and throughput beside that commit, in the same rounds',
    '  --beside DIR     fairness beside the checkout in DIR',
    '  --rounds N       more or less time for send, latency, memory and throughput',
    '  --json FILE      keeps what these four find',
    '  --page           writes it to docs/performance.md',
    '  --help           this alone',
  ];
}
