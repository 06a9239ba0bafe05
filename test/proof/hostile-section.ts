/** The section of `docs/reliability.md` on hostile receivers, made of what an attempt at each has measured. */

export interface MetReceiver {
  readonly name: string;
  readonly outcome: string;
  readonly expected: string;
  /** Of this process, for one attempt with its connection: the median of the rounds. */
  readonly cpuMillis: number;
  /** Open once the attempt is over: the one that is kept for the next request, and those that should not be there. */
  readonly kept: number;
  readonly left: number;
}

const RECEIVERS_HEADING = '## Hostile receivers\n';

/** Ends with an empty line. */
export function hostileReceiversSection(receivers: readonly MetReceiver[]): string {
  const rows = receivers.map(
    ({ name, outcome, cpuMillis, kept, left }) =>
      `| ${name} | ${outcome} | ${cpuMillis.toFixed(1)} | ${kept} | ${left} |`,
  );
  return `${RECEIVERS_HEADING}
One attempt at each, by the real client over a fresh connection to a server in another process (\`test/proof/hostile-kinds.ts\`). The CPU
is the whole attempt's: body, signature, TLS, response, masking. A connection whose response was complete is kept for the next
request; any other socket would be left over.

| a receiver that … | outcome | CPU, ms | kept | left |
|---|---|---|---|---|
${rows.join('\n')}

`;
}

/** The page with this section in place of the one it has, or before the guards if it has none. */
export function withSection(page: string, section: string): string {
  const guards = page.indexOf('## Guards\n');
  if (guards === -1) {
    throw new Error('The page has no section of guards.');
  }
  const start = page.indexOf(RECEIVERS_HEADING);
  return page.slice(0, start === -1 ? guards : start) + section + page.slice(guards);
}
