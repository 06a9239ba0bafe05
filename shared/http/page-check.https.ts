/** A GET without a token or a cookie, as a browser makes it that opens the page for the first time. */
import type { PageCheck } from './page-check.port.ts';

const TIMEOUT_MILLIS = 10_000;

export function createHttpsPageCheck(): PageCheck {
  return {
    async problemOf(url) {
      try {
        const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
        await response.body?.cancel();
        return response.status === 200 ? undefined : `status ${response.status}`;
      } catch (error) {
        return error instanceof Error ? error.name : 'no response';
      }
    },
  };
}
