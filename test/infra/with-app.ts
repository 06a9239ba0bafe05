/** An app of the CDK as `cdk.json` configures it, without bundling, for as long as a test synthesises in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json' with { type: 'json' };

/** What is synthesised goes when `use` returns: left to itself, an app makes a temporary folder that is never removed. */
export function withApp<T>(use: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'thalian-synth-'));
  try {
    return use(new App({ outdir, context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
