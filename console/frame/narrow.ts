/** Whether the page is as narrow as a tablet held upright, or a desktop at 200 %: for what cannot rearrange itself. */
import { useSyncExternalStore } from 'react';

const narrow = window.matchMedia('(max-width: 768px)');

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );
}
