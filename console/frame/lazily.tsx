/**
 * A component whose code is fetched when it is first drawn. What could not be fetched is fetched again: a little later by
 * itself, then when the reader asks for it. A browser keeps the failure of a module under its URL until the page is
 * loaded again, so another try has another query; and `lazy` of React keeps its first failure for ever.
 */
import { type ComponentType, use } from 'react';

const AGAIN_AFTER_MILLIS = [500, 2_000] as const;

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
  let failures = 0;

  async function tryOnce(failedUrl: string | undefined) {
    return (await (failedUrl === undefined ? load() : import(/* @vite-ignore */ `${failedUrl}?again=${failures}`)))[
      name
    ];
  }

  async function loadWithPatience(): Promise<ComponentType<Props>> {
    let failedUrl: string | undefined;
    for (const millis of AGAIN_AFTER_MILLIS) {
      try {
        return await tryOnce(failedUrl);
      } catch (error) {
        failures += 1;
        failedUrl ??= urlIn(error);
        await new Promise((resolve) => setTimeout(resolve, millis));
      }
    }
    return tryOnce(failedUrl);
  }

  return function Lazily(props: Props) {
    loading ??= loadWithPatience().catch((error: unknown) => {
      failures += 1;
      failed.add(() => {
        loading = undefined;
      });
      throw error;
    });
    const Loaded = use(loading);
    return <Loaded {...props} />;
  };
}

/** Browsers name the module in their words; if one does not, the same try is made again. */
function urlIn(error: unknown): string | undefined {
  const [url] = /https?:\/\/[^\s?]+\.js/.exec(String(error)) ?? [];
  return url?.startsWith(window.location.origin) ? url : undefined;
}
