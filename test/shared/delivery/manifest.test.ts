import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestOf } from '../../../shared/delivery/manifest.ts';
import { type DeliveryId, parseDeliveryId } from '../../../shared/runtime/ids.ts';

const idArbitrary = fc
  .stringMatching(/^[0-9A-Za-z_-]{1,20}$/)
  .map((end) => parseDeliveryId(`dlv_${end}`) as DeliveryId);

describe('a manifest', () => {
  it('is what sort and sha256sum say of the ids', () => {
    fc.assert(
      fc.property(fc.array(idArbitrary, { minLength: 1, maxLength: 20 }), (ids) => {
        const script = 'LC_ALL=C sort -u | sha256sum';
        const printed = execFileSync('/bin/sh', ['-c', script], { input: ids.map((id) => `${id}\n`).join('') });
        expect(printed.toString().split(' ')[0]).toBe(manifestOf(ids, 0, 1).sha256);
      }),
      { numRuns: 20 },
    );
  });

  it('counts an id once, and names the first and the last', () => {
    const ids = ['dlv_b', 'dlv_a', 'dlv_c', 'dlv_a'].map((id) => parseDeliveryId(id) as DeliveryId);
    expect(manifestOf(ids, 1, 2)).toMatchObject({ from: 1, until: 2, count: 3, first: 'dlv_a', last: 'dlv_c' });
  });

  it('of nothing has neither', () => {
    const empty = manifestOf([], 1, 2);
    expect(empty).toEqual({
      from: 1,
      until: 2,
      count: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
  });
});
