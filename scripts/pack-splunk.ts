/**
 * `npm run pack:splunk`: packs the add-on for Splunk, the same bytes for the same files. With `-- --inspect COMMAND` Splunk's
 * AppInspect also reads the package, by its checks for Splunk Cloud; an objection or a warning fails the run.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readOptions } from '../local/command-line.ts';
import { tarOf } from './tar-file.ts';

const ROOT = join(import.meta.dirname, '..');
const APP = 'thalian_ta';
const FOLDER = join('receivers', 'splunk-hec');
const PACKAGE = join(FOLDER, `${APP}.tgz`);

/** Where gzip writes the system that it ran on; 255 is unknown (RFC 1952). */
const GZIP_SYSTEM_AT = 9;

/** Counts of AppInspect that mean that Splunk Cloud may refuse the package. */
const OBJECTIONS = ['error', 'failure', 'future_failure', 'warning', 'skipped'] as const;

try {
  const { inspect: command, help } = readOptions({
    inspect: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (help) {
    console.log(
      "npm run pack:splunk -- [--inspect COMMAND]\n\n  --inspect COMMAND  has Splunk's AppInspect read the package",
    );
    process.exit(0);
  }
  const packed = packApp();
  writeFileSync(join(ROOT, PACKAGE), packed);
  console.log(`${PACKAGE}\nsha256 ${createHash('sha256').update(packed).digest('hex')}`);
  if (command !== undefined) {
    inspect(command);
  }
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function packApp(): Buffer {
  const paths = globSync(`${APP}/**/*`, { cwd: join(ROOT, FOLDER), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => ({
    path: path.slice(join(ROOT, FOLDER).length + 1).replaceAll(sep, '/'),
    bytes: readFileSync(path),
  }));
  const compressed = gzipSync(tarOf(files), { level: 9 });
  compressed[GZIP_SYSTEM_AT] = 255;
  return compressed;
}

function inspect(command: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'thalian-appinspect-'));
  const report = join(folder, 'report.json');
  const args = ['inspect', join(ROOT, PACKAGE), '--mode', 'precert', '--included-tags', 'cloud'];
  try {
    const { error } = spawnSync(command, [...args, '--data-format', 'json', '--output-file', report], {
      stdio: 'ignore',
    });
    if (error !== undefined) {
      throw error;
    }
    const { summary, reports } = JSON.parse(readFileSync(report, 'utf8'));
    console.log(`AppInspect: ${JSON.stringify(summary)}`);
    // It ends with 0 whatever it found.
    if (summary.success === 0 || OBJECTIONS.some((name) => summary[name] !== 0)) {
      const objections = reports[0].groups.flatMap(objectionsOf);
      throw new Error(`AppInspect objects:\n${JSON.stringify(objections, null, 2)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function objectionsOf({ checks }: { checks: readonly { name: string; result: string; messages: unknown }[] }) {
  return checks.filter(({ result }) => OBJECTIONS.some((name) => name === result));
}
