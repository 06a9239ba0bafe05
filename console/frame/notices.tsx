/** What has just happened, at the top of the page that it is about, until the reader dismisses it or leaves. */
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';

export interface Notice {
  readonly type: 'success' | 'error' | 'info';
  readonly content: string;
  /** Where to show it: the page that is open, unless the reader is being taken to another. */
  readonly path?: string;
}

interface Notices {
  readonly items: readonly FlashbarProps.MessageDefinition[];
  notify(notice: Notice): void;
}

interface Shown extends Notice {
  readonly id: string;
  readonly path: string;
}

const NoticesContext = createContext<Notices | undefined>(undefined);

/** Older ones would push the page out of sight. */
const MOST_SHOWN = 3;

export function NoticesProvider({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const [shown, setShown] = useState<readonly Shown[]>([]);

  useEffect(() => setShown((before) => before.filter(({ path }) => path === location)), [location]);

  const notify = useCallback(
    (notice: Notice) =>
      setShown((before) => [{ path: location, ...notice, id: crypto.randomUUID() }, ...before].slice(0, MOST_SHOWN)),
    [location],
  );
  const notices = useMemo(
    () => ({
      items: shown.map(({ id, type, content }) => ({
        id,
        type,
        content,
        dismissible: true,
        dismissLabel: 'Dismiss',
        onDismiss: () => setShown((before) => before.filter((other) => other.id !== id)),
      })),
      notify,
    }),
    [shown, notify],
  );
  return <NoticesContext value={notices}>{children}</NoticesContext>;
}

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (notices === undefined) {
    throw new Error('Drawn outside of the notices');
  }
  return notices;
}
