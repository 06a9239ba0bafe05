import { describe, expect, it } from 'vitest';
import { BoundedCache } from '../../../shared/runtime/bounded-cache.ts';

describe('a cache with a bound', () => {
  it('gives back what it was given', () => {
    const cache = new BoundedCache<string, number>(10);
    cache.set('a', 1, 5);
    expect([cache.get('a'), cache.get('b')]).toEqual([1, undefined]);
  });

  it('forgets what was used longest ago, and no more than makes room', () => {
    const cache = new BoundedCache<string, number>(10);
    cache.set('a', 1, 4);
    cache.set('b', 2, 4);
    cache.get('a');
    cache.set('c', 3, 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('never holds more bytes than it may, whatever their sizes', () => {
    const cache = new BoundedCache<number, string>(100);
    for (let size = 1; size <= 120; size += 1) {
      cache.set(size, 'x', size);
      expect(cache.bytes).toBeLessThanOrEqual(100);
    }
    expect([cache.get(100), cache.get(120)]).toEqual([undefined, undefined]);
  });

  it('counts a value that is replaced or deleted no longer', () => {
    const cache = new BoundedCache<string, number>(10);
    cache.set('a', 1, 6);
    cache.set('a', 2, 3);
    expect([cache.get('a'), cache.bytes]).toEqual([2, 3]);
    cache.delete('a');
    cache.delete('a');
    expect([cache.get('a'), cache.bytes]).toEqual([undefined, 0]);
  });
});
