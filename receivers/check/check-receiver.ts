/**
 * `npm run check-receiver`: sends a receiver what it must handle, and says what it gets wrong. Exits 0 if every case passed, 1
 * if one failed, 2 if it could not be run.
 */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readOptions, required } from '../../local/command-line.ts';
import { checkOwnSecret, SECRET_REFUSALS } from '../../shared/http/own-secret.ts';
import { readCheckUrl } from './check-url.ts';
import { describeResult, describeRun, reportAsJson } from './report.ts';
import { runChecks } from './run-checks.ts';

const USAGE = `npm run check-receiver -- --url URL [--json]

  --url URL  of your receiver: https, or http on this machine, such as http://localhost:3000/hook
  --json     print one JSON document

The secret is your receiver's, in WEBHOOK_SECRET; in a terminal you are asked for it if that is not set.
What is sent is titled "Not a finding: a check of the receiver".`;

async function main(): Promise<number> {
  const values = readOptions({
    url: { type: 'string' },
    secret: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.secret !== undefined) {
    throw new Error('--secret would stay in the history of your shell: set WEBHOOK_SECRET, or be asked for it.');
  }
  const url = required((_name, text) => readCheckUrl(text), 'url', values.url);
  const secret = process.env['WEBHOOK_SECRET'] ?? (await askForSecret());
  const refusal = checkOwnSecret(secret);
  if (refusal !== undefined) {
    throw new Error(`WEBHOOK_SECRET: ${SECRET_REFUSALS[refusal]}`);
  }
  const results = await runChecks(url, secret, (result) => {
    if (!values.json) {
      console.log(describeResult(result));
    }
  });
  console.log(values.json ? reportAsJson(url.href, results) : `\n${describeRun(results)}`);
  return results.every(({ fault }) => fault === undefined) ? 0 : 1;
}

/** What is typed is not shown. */
async function askForSecret(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Error("WEBHOOK_SECRET is not set: it is your receiver's secret.");
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write("Your receiver's secret (not shown): ");
  const secret = await terminal.question('');
  terminal.close();
  process.stderr.write('\n');
  return secret.trim();
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
