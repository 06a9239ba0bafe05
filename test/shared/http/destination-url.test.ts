import { describe, expect, it } from 'vitest';
import { belowPath, withParameter, withPathIfNone } from '../../../shared/http/destination-url.ts';
import { inTime } from '../../in-time.ts';

describe('the URL that a tenant pasted', () => {
  it.each([
    ['https://a.example', 'https://a.example/in/put'],
    ['https://a.example:8443/?q=1', 'https://a.example:8443/in/put?q=1'],
    ['https://a.example/own', 'https://a.example/own'],
  ])('gets a path if it has none: %s', (url, whole) => {
    expect(withPathIfNone(url, '/in/put')).toBe(whole);
  });

  it.each([
    ['https://a.example', 'https://a.example/x%2Fy/z'],
    ['https://a.example/proxy//?q=1', 'https://a.example/proxy/x%2Fy/z?q=1'],
  ])('may be gone below: %s', (url, whole) => {
    expect(belowPath(url, 'x/y', 'z')).toBe(whole);
  });

  it('is gone below in time, however many slashes are in it', () => {
    const path = '/'.repeat(400_000);
    expect(inTime(() => belowPath(`https://a.example${path}x${path}`, 'y'))).toBe(`https://a.example${path}x/y`);
  });

  it.each([
    ['https://a.example/h', 'https://a.example/h?wait=true'],
    ['https://a.example/h?', 'https://a.example/h?wait=true'],
    ['https://a.example/h?wait=false&sig=a%2Fb+c', 'https://a.example/h?sig=a%2Fb+c&wait=true'],
    ['https://a.example/h?thread_id=7#x', 'https://a.example/h?thread_id=7&wait=true#x'],
  ])('may be given a parameter, the others keeping their bytes: %s', (url, whole) => {
    expect(withParameter(url, 'wait', 'true')).toBe(whole);
  });

  it('stays as it is if it is none', () => {
    expect([withPathIfNone('x', '/y'), belowPath('x', 'y'), withParameter('x', 'y', 'z')]).toEqual(['x', 'x', 'x']);
  });
});
