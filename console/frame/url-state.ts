/** What a page shows, in its address: back, reload and a shared link return to it. */
import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

interface SetOptions {
  /** Of what is still being typed: each letter would be a step back otherwise. */
  readonly replace?: boolean;
}

export type SetUrlState<Name extends string> = (
  changes: Readonly<Partial<Record<Name, string | undefined>>>,
  options?: SetOptions,
) => void;

/** The parameters that are there, as they are written. Who reads them checks them. */
export function useUrlState<Name extends string>(
  names: readonly Name[],
): readonly [Readonly<Partial<Record<Name, string>>>, SetUrlState<Name>] {
  const [parameters, setParameters] = useSearchParams();
  const state: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value !== null && value !== '') {
      state[name] = value;
    }
  }
  const set = useCallback<SetUrlState<Name>>(
    (changes, options = {}) =>
      setParameters((before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | undefined>(changes)) {
          if (value === undefined || value === '') {
            after.delete(name);
          } else {
            after.set(name, value);
          }
        }
        return after;
      }, options),
    [setParameters],
  );
  return [state, set];
}
