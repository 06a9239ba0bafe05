import { describe, expect, it } from 'vitest';
import { performancePage } from '../../bench/performance-page.ts';
import { benchResults } from './results.ts';

describe('the page', () => {
  const page = performancePage(benchResults());

  it.each([
    '| 10 | 1 | – | 300 | 0.10 (0.10–0.10) | 0.60 (0.60–0.60) | 2.00 (2.00–2.00) | 6.0 (6.0–6.0) | 20.0 (20.0–20.0) |',
    '| 1 | 1 | 50 | 300 | 0.10 (0.10–0.10) | 0.80 (0.80–0.80) | 2.00 (2.00–2.00) | 8.0 (8.0–8.0) | 20.0 (20.0–20.0) |',
    '| send | 640 | 90 (80–100) | `zod` 100 |',
    '| 200 | 25 (20–30) | 60 (60–60) | 90 (90–90) |',
    '| bare | errors of 64 KB | 70 (70–70) | 140 (140–140) | 2.00 (2.00–2.00) | 3.5 (3.5–3.5) | 1 |',
    '| send | errors of 64 KB | 70 (70–70) | 140 (140–140) | 2.00 (2.00–2.00) | 3.5 (3.5–3.5) | 1.25 (1.25–1.25) |',
    '| in one thread | 300 (300–300) | 2.00 (2.00–2.00) |',
    '(cost.md)',
  ])('has what was found: %s', (row) => {
    expect(page).toContain(row);
  });

  it('says what was not measured', () => {
    expect(page).toContain('No hop to AWS');
    expect(page).not.toContain('left out of this run');
    expect(page).not.toContain('Beside');
  });

  it('leaves out what its run left out, and says so', () => {
    const { memory, throughput, ...rest } = benchResults();
    const without = performancePage(rest);
    expect(without).toContain('- `memory`, `throughput`: left out of this run.');
    expect(without).not.toContain('## Memory');
    expect(without).not.toContain('## Throughput');
    expect(without).toContain('## CPU time');
  });

  it('compares with another commit where one was measured', () => {
    const beside = performancePage(benchResults({ against: '6493d20' }));
    for (const row of [
      '| CPU of a delivery, batches of 10, hosts: 1 | 0.75 (0.75–0.75) |',
      '| CPU of a delivery, batches of 1, hosts: 1, 50 a second | 0.75 (0.75–0.75) |',
      '| size of send | 0.63 |',
      '| load of send | 0.70 (0.70–0.70) |',
      '| p95 from the bus at 200 a second | 0.40 (0.40–0.40) |',
      '| deliveries a second of the local system: more is better | 2.00 (2.00–2.00) |',
    ]) {
      expect(beside).toContain(row);
    }
  });
});
