import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countedCost } from '../../bench/cost.ts';
import { chosen, help, MEASUREMENTS } from '../../bench/measurements.ts';
import { section } from '../../bench/page-section.ts';

describe('what is measured', () => {
  it('is all that is not long', () => {
    expect(chosen([])).toEqual(['send', 'latency', 'memory', 'throughput', 'cost', 'masking', 'turns']);
  });

  it('is what is named, long or not, in the order of the list', () => {
    expect(chosen(['burst', 'send'])).toEqual(['send', 'burst']);
  });

  it('is never what does not exist', () => {
    expect(() => chosen(['send', 'speed'])).toThrow('There is no measurement speed. There are: send,');
  });

  it.each(Object.entries(MEASUREMENTS))('has a line of help: %s', (name, { what }) => {
    expect(help().some((line) => line.startsWith(`  ${name} `) && line.includes(what))).toBe(true);
  });

  it.each(['fairness', 'burst'])('is said to be long where it is: %s', (name) => {
    expect(help().find((line) => line.startsWith(`  ${name} `))).toContain('by name alone');
  });
});

describe('a section of a page', () => {
  const page = '# Page\n\n## One more\n\nsecond\n\n## One\n\nfirst\n';

  it('is what stands below its heading', () => {
    expect(section(page, 'One')).toEqual(['One', 'first']);
    expect(section(page, 'One more')).toEqual(['One more', 'second']);
  });

  it('is missed where it is not', () => {
    expect(() => section(page, 'Two')).toThrow('no section "Two"');
  });
});

it('what AWS bills is what docs/cost.md says', () => {
  const page = readFileSync('docs/cost.md', 'utf8');
  const lines = countedCost();
  expect(lines.some((line) => line.startsWith('| 400 | '))).toBe(true);
  expect(lines.some((line) => line.startsWith('| batches of 10, 50 % failing | '))).toBe(true);
  expect(lines.filter((line) => line.startsWith('|')).every((line) => page.includes(line))).toBe(true);
});
