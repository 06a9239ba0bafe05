import { describe, expect, it } from 'vitest';
import {
  fromLocalField,
  isFiltered,
  isSearched,
  logQueryOf,
  orderWords,
  toLocalField,
} from '../../console/details/log-query.ts';

describe('what the address asks of the log', () => {
  it('is everything by arrival if it says nothing', () => {
    expect(logQueryOf({})).toEqual({});
    expect(isFiltered({})).toBe(false);
    expect(orderWords({})).toBe('The latest arrival first.');
  });

  it('is all that it says, the page too', () => {
    const parameters = {
      status: 'failed',
      severity: 'high',
      cause: '503',
      since: '2026-11-23T10:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
      search: ' admin ',
      order: 'detection',
      after: 'cursor',
    };
    const { after: cursor, ...rest } = parameters;
    expect(logQueryOf(parameters)).toEqual({ ...rest, search: 'admin', cursor });
  });

  it.each([
    { status: 'lost' },
    { severity: 'bad' },
    { cause: 'A cause' },
    { since: 'yesterday' },
    { until: '2026-13-40T10:00:00Z' },
    { search: '  ' },
    { order: 'newest' },
  ])('leaves out what the API would refuse: %j', (parameters) => {
    expect(logQueryOf(parameters)).toEqual({});
  });

  it('asks for no more words than the API takes', () => {
    expect(logQueryOf({ search: 'x'.repeat(300) }).search).toHaveLength(200);
  });

  it('is looked for in rows, unless keys say where it is', () => {
    expect(isSearched({})).toBe(false);
    expect(isSearched({ status: 'failed', since: '2026-11-23T10:00:00Z' })).toBe(false);
    expect(isSearched({ status: 'delivered' })).toBe(true);
    expect(isSearched({ status: 'failed', search: 'admin' })).toBe(true);
  });

  it('is in the order of failure for what failed, whatever order is asked for', () => {
    expect(orderWords({ status: 'held', order: 'detection' })).toBe('The latest failure first.');
    expect(orderWords({ status: 'pending', order: 'detection' })).toBe('The latest detection first.');
  });
});

describe('a field for an instant', () => {
  it('has it in the zone of the reader, and gives it back', () => {
    const instant = '2026-11-23T10:30:00.000Z';
    expect(fromLocalField(toLocalField(instant))).toBe(instant);
    expect(toLocalField(instant)).toMatch(/^2026-11-2[34]T\d\d:\d\d$/);
  });

  it('is empty without one', () => {
    expect(toLocalField(undefined)).toBe('');
    expect(fromLocalField('')).toBeUndefined();
  });
});
