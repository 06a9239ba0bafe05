/**
 * A browser for tests and screenshots: the Chromium that npm brings on Linux on x64, an installed Chrome elsewhere. It brings
 * its own libraries and fonts, so that a machine without any shows the same pages.
 */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type LaunchOptions } from 'playwright-core';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..');

/** Private to this installation: in a shared folder it could be another user's program. */
const CACHE = join(ROOT, 'node_modules', '.cache');
const VERSION = packageJson.devDependencies['@sparticuz/chromium'];

/** For Playwright's `launch` and `launchServer`. Unpacks it first, unless that is done. */
export async function chromiumOptions(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { channel: 'chrome' };
  }
  const folder = join(CACHE, `chromium-${VERSION}`);
  if (!existsSync(folder)) {
    await unpackInto(folder);
  }
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

export async function launchBrowser() {
  return chromium.launch(await chromiumOptions());
}

/** Whole or not at all: two may be at it. */
async function unpackInto(folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'extract-chromium.ts')], {
    cwd: ROOT,
    // With the second it unpacks its own libnss3, which many machines have not.
    env: { TMPDIR: fresh, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  });
  // Its own configuration knows the fonts only where AWS Lambda would have them.
  writeFileSync(join(fresh, 'fonts.conf'), fontConfiguration(join(folder, 'fonts')));
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }));
}

function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`;
}
