/** House rules that neither the compiler nor the import rules can see. */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';

const sources = globSync('{shared,functions,infra,console}/**/*.{ts,tsx}').map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

function offenders(under: RegExp, forbidden: RegExp): string[] {
  return sources
    .filter(({ path, text }) => under.test(path) && forbidden.test(withoutComments(text)))
    .map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '');
}

describe('the architecture', () => {
  it('sees the sources it speaks about', () => {
    expect(sources.length).toBeGreaterThan(40);
  });

  it('keeps clock, randomness, environment and logging out of whatever is not an adapter', () => {
    const impure =
      /Date\.now|new Date\(\)|performance\.|Math\.random|randomUUID|randomBytes\(|process\.|console\.|setTimeout/;
    expect(offenders(/^shared\/[^.]+(\.(schema|form|port|flow|vendor))?\.ts$/, impure)).toEqual([]);
  });

  it('reads the environment only where a function is wired, and for what stands in for the SDK’s credentials', () => {
    expect(offenders(/^(shared|functions)\/(?!.*\/index\.ts$)/, /process\.env/)).toEqual([
      'shared/runtime/credentials.system.ts',
    ]);
  });

  it('decides nothing in the files that wire', () => {
    expect(offenders(/^functions\/[^/]+\/index\.ts$/, /\b(if|for|while|switch|try)\b\s*[({]|\?\s/)).toEqual([]);
  });

  it('has no place for leftovers', () => {
    const names = /\/(utils?|helpers?|common|misc|types|manager|service|index)\.tsx?$/;
    expect(
      sources.map(({ path }) => path).filter((path) => names.test(path) && !path.startsWith('functions/')),
    ).toEqual([]);
  });

  it('names no file that is not there, in comments and in the READMEs of its parts', () => {
    const folders = '{shared,functions,infra,console,local,scripts,bench,receivers,test,docs}';
    const there = new Set(globSync([`${folders}/**/*.{ts,tsx,mjs,md}`, '*.{ts,md}']).map((path) => basename(path)));
    const pages = globSync('{shared,functions,console,receivers}/**/README.md').map((path) => ({
      path,
      text: readFileSync(path, 'utf8'),
    }));
    const missing = [...sources, ...pages].flatMap(({ path, text }) =>
      [...text.matchAll(/`(?:[\w-]+\/)*([\w.-]+\.(?:tsx?|mjs|md))`/g)].flatMap(([, name = '']) =>
        there.has(name) ? [] : [`${path}: ${name}`],
      ),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('says in every module what it is about', () => {
    expect(
      sources.filter(({ text }) => !text.startsWith('/**') && !text.startsWith('//')).map(({ path }) => path),
    ).toEqual([]);
  });
});
