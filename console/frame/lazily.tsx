/**
 * A component whose code is fetched when it is first drawn: with patience, then when the reader asks for it. `lazy` of React
 * keeps its first failure for ever.
 */
import { type ComponentType, use } from 'react';
import { patiently } from './patiently.ts';

const failed = new Set<() => void>();

/** What has failed is fetched again when it is drawn next. */
export function forgetFailures(): void {
  for (const forget of failed) {
    forget();
  }
  failed.clear();
}

/** `name` is what the module exports the component as. */
export function lazily<Name extends string, Props extends object>(
  name: Name,
  load: () => Promise<Readonly<Record<Name, ComponentType<Props>>>>,
): ComponentType<Props> {
  let loading: Promise<ComponentType<Props>> | undefined;

  return function Lazily(props: Props) {
    loading ??= patiently(load).then(
      (module) => module[name],
      (error: unknown) => {
        failed.add(() => {
          loading = undefined;
        });
        throw error;
      },
    );
    const Loaded = use(loading);
    return <Loaded {...props} />;
  };
}
