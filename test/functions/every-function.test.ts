/** What every function has besides its code: a README of one shape, its row in the design, its place in the local system. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FUNCTIONS = globSync('functions/*/').map((folder) => folder.split('/')[1] ?? '');
const HEADINGS = ['Purpose', 'Flow', 'Talks to', 'What surprises people'];

const design = readFileSync('docs/design.md', 'utf8');
const localSystem = readFileSync('local/local-system.ts', 'utf8');

describe.each(FUNCTIONS)('the function %s', (name) => {
  it('is wiring, environment and handler', () => {
    const files = ['index.ts', 'env.ts', 'handler.ts'].filter((file) => existsSync(`functions/${name}/${file}`));
    expect(files).toEqual(['index.ts', 'env.ts', 'handler.ts']);
  });

  it('has a README that says the same four things, in this order', () => {
    const readme = readFileSync(`functions/${name}/README.md`, 'utf8');
    expect([...readme.matchAll(/^\*\*(.+?)\.\*\*/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
  });

  it('is in the table of docs/design.md', () => {
    expect(design).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });

  // A public host that leads back to this machine is what the canary needs, and what no machine has.
  it.skipIf(name === 'canary')('runs in the local system', () => {
    expect(localSystem).toContain(`folder: '${name}'`);
  });
});
