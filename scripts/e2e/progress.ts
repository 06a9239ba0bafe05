/** Shows how far the end-to-end run is: every phase with its time, and a sign of life wherever one takes long. */

export interface Progress {
  say(line: string): void;
  /** Runs one phase. Phases follow each other, they do not nest. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** One line per phase that ended well. */
  summary(): readonly string[];
}

const SILENCE_MILLIS = 5_000;

export function createProgress(print: (line: string) => void): Progress {
  const startedAt = Date.now();
  const ended: string[] = [];
  let spokeAt = startedAt;

  function say(line: string): void {
    spokeAt = Date.now();
    print(line);
  }

  return {
    say,
    async phase(name, work) {
      const phaseAt = Date.now();
      say(`▶ ${name}`);
      const ticker = setInterval(() => {
        if (Date.now() - spokeAt >= SILENCE_MILLIS) {
          say(`  … ${name}, ${seconds(phaseAt)}`);
        }
      }, 1_000);
      try {
        const result = await work();
        ended.push(`  ${seconds(phaseAt).padStart(7)}  ${name}`);
        return result;
      } finally {
        clearInterval(ticker);
      }
    },
    summary: () => [...ended, `  ${seconds(startedAt).padStart(7)}  in all`],
  };
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
