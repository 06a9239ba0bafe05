import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { shareLookups } from '../../../shared/http/shared-lookups.https.ts';

const ADDRESS: LookupAddress = { address: '192.0.2.1', family: 4 };
const OTHER: LookupAddress = { address: '192.0.2.2', family: 4 };

/** Lookups that end when the test says so. */
function aNameServer() {
  const asked: (PromiseWithResolvers<readonly LookupAddress[]> & { readonly hostname: string })[] = [];
  const resolve = (hostname: string) => {
    const lookup = Promise.withResolvers<readonly LookupAddress[]>();
    asked.push({ ...lookup, hostname });
    return lookup.promise;
  };
  return { resolve, asked };
}

describe('sends that begin together', () => {
  it('share one lookup of a name', async () => {
    const { resolve, asked } = aNameServer();
    const shared = shareLookups(resolve);
    const lookups = [shared('one.example'), shared('one.example'), shared('two.example')];
    expect(asked.map(({ hostname }) => hostname)).toEqual(['one.example', 'two.example']);
    asked[0]?.resolve([ADDRESS]);
    asked[1]?.resolve([OTHER]);
    expect(await Promise.all(lookups)).toEqual([[ADDRESS], [ADDRESS], [OTHER]]);
  });

  it('share its failure', async () => {
    const { resolve, asked } = aNameServer();
    const shared = shareLookups(resolve);
    const lookups = [shared('one.example'), shared('one.example')];
    asked[0]?.reject(new Error('ENOTFOUND'));
    expect((await Promise.allSettled(lookups)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
  });
});

describe('a send that begins later', () => {
  it.each<[string, (lookup: PromiseWithResolvers<readonly LookupAddress[]> | undefined) => void]>([
    ['a response', (lookup) => lookup?.resolve([ADDRESS])],
    ['a failure', (lookup) => lookup?.reject(new Error('SERVFAIL'))],
  ])('looks the name up again, after a lookup that had %s', async (_name, end) => {
    const { resolve, asked } = aNameServer();
    const shared = shareLookups(resolve);
    const first = shared('one.example');
    end(asked[0]);
    await first.catch(() => {});
    const second = shared('one.example');
    asked[1]?.resolve([OTHER]);
    expect(await second).toEqual([OTHER]);
  });

  it('does not wait for a lookup that hangs, nor does its own end when that does', async () => {
    const { resolve, asked } = aNameServer();
    let now = 0;
    const shared = shareLookups(resolve, () => now);
    const hanging = shared('one.example');
    now = 1_000;
    const fresh = shared('one.example');
    asked[0]?.resolve([ADDRESS]);
    await hanging;
    const beside = shared('one.example');
    expect(asked).toHaveLength(2);
    asked[1]?.resolve([OTHER]);
    expect(await Promise.all([fresh, beside])).toEqual([[OTHER], [OTHER]]);
  });
});
