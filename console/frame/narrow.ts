/** Whether the page is as narrow as a phone: the library's own breakpoint, for what it cannot rearrange by itself. */
import { useSyncExternalStore } from 'react';

const narrow = window.matchMedia('(max-width: 688px)');

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );
}
