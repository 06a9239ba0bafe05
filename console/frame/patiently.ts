/**
 * Fetches a module. What could not be fetched is fetched again a little later. A browser keeps the failure of a module under
 * its URL until the page is loaded again, so another try has another query.
 */
const AGAIN_AFTER_MILLIS = [500, 2_000] as const;

let failures = 0;

export async function patiently<Module>(load: () => Promise<Module>): Promise<Module> {
  let failedUrl: string | undefined;
  const tryOnce = (): Promise<Module> =>
    failedUrl === undefined ? load() : import(/* @vite-ignore */ `${failedUrl}?again=${failures}`);
  for (const millis of AGAIN_AFTER_MILLIS) {
    try {
      return await tryOnce();
    } catch (error) {
      failures += 1;
      failedUrl ??= urlIn(error);
      await new Promise((resolve) => setTimeout(resolve, millis));
    }
  }
  try {
    return await tryOnce();
  } catch (error) {
    failures += 1;
    throw error;
  }
}

/** Browsers name the module in their words; if one does not, the same try is made again. */
function urlIn(error: unknown): string | undefined {
  const [url] = /https?:\/\/[^\s?]+\.js/.exec(String(error)) ?? [];
  return url?.startsWith(window.location.origin) ? url : undefined;
}
