/** `npm run demo`: the whole system, one run, and its result. Exits 0 only if everything was as expected. */
import { join } from 'node:path';
import { readOptions, readText } from './command-line.ts';
import { judge } from './demo/compare-evidence.ts';
import { isJsonObject, understandLine } from './demo/expectation.ts';
import { type FindingLine, placeOf, readFindingLines } from './demo/findings-file.ts';
import { createProgress } from './demo/progress.ts';
import { asText, reportOn } from './demo/report.ts';
import { collectEvidence, runDemo } from './demo/run.ts';
import { endWith } from './end-with.ts';
import { startLocalSystem } from './local-system.ts';
import { LOCAL_FOLDER } from './stack-file.ts';

const USAGE = `npm run demo -- [--findings PATH] [--json]

  --findings PATH  details of finding events, or whole events: a file with one JSON document or one per line, or a folder
                   of such files (default: examples/findings.ndjson)
  --json           print one JSON document instead of tables`;

const EXAMPLES = join(import.meta.dirname, '..', 'examples', 'findings.ndjson');

/** Progress goes where it does not mix with the result. */
const say = (text: string) => console.error(text);

async function main(): Promise<number> {
  const values = readOptions({
    findings: { type: 'string', default: EXAMPLES },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const file = readText('findings', values.findings);
  const lines = readFindingLines(file);
  demandUsableLine(file, lines);
  say(`Starting the local system for ${lines.length} findings of ${file}`);
  const system = await startLocalSystem({ logsFolder: join(LOCAL_FOLDER, 'logs', 'demo') });
  endWith(system);
  try {
    const progress = createProgress({ isTerminal: process.stderr.isTTY === true, say, now: Date.now });
    const run = await runDemo(system, lines, progress);
    const evidence = await collectEvidence(system, run, progress);
    const unended = { subject: 'demo', problem: `gave up waiting: ${run.unended} deliveries had not ended` };
    const problems = [...(run.unended > 0 ? [unended] : []), ...judge(run.expectation, evidence)];
    const report = reportOn(run, evidence, problems);
    console.log(values.json ? JSON.stringify(report, undefined, 2) : asText(report));
    return report.ok ? 0 : 1;
  } finally {
    await system.stop();
  }
}

/** A run that delivers nothing would show nothing, and yet be as expected. */
function demandUsableLine(file: string, lines: readonly FindingLine[]): void {
  if (!lines.some(({ text }) => isJsonObject(text))) {
    throw new Error(`No line of ${file} is a JSON object: it must hold details of finding events, or whole events.`);
  }
  const understood = lines.map((line) => understandLine(line, Date.now()));
  if (!understood.some(({ kind }) => kind === 'valid')) {
    const [first] = understood.filter((line) => line.kind === 'rejected');
    const because = first === undefined ? 'every line is too long' : `${placeOf(first)}: ${first.because}`;
    throw new Error(`No line of ${file} is a finding that the service takes: ${because}.`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
