/** What has just happened, at the top of the page that it is about, until the reader dismisses it, leaves, or it is outdated. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';

export interface Notice {
  readonly type: 'success' | 'error' | 'info';
  readonly content: string;
  /** One notice takes the place of an earlier one with the same id. */
  readonly id?: string;
  /** It goes by itself, once it can have been read. */
  readonly isPassing?: boolean;
  /** Where to show it: the page that is open, unless the reader is being taken to another. */
  readonly path?: string;
}

interface Notices {
  readonly shown: readonly Shown[];
  notify(notice: Notice): void;
  dismiss(id: string): void;
}

export interface Shown extends Notice {
  readonly id: string;
  /** Another for each text, so that what replaces it is not taken away in its place. */
  readonly version: string;
  readonly path: string;
}

const NoticesContext = createContext<Notices | undefined>(undefined);

/** Older ones would push the page out of sight. */
const MOST_SHOWN = 3;

const PASSING_MILLIS = 10_000;

export function NoticesProvider({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const [shown, setShown] = useState<readonly Shown[]>([]);

  useEffect(() => setShown((before) => before.filter(({ path }) => path === location)), [location]);

  const notify = useCallback(
    (notice: Notice) =>
      setShown((before) => {
        const version = crypto.randomUUID();
        const shownNow = { path: location, id: version, ...notice, version };
        return [shownNow, ...before.filter(({ id }) => id !== shownNow.id)].slice(0, MOST_SHOWN);
      }),
    [location],
  );
  useEffect(() => {
    const timers = shown
      .filter(({ isPassing }) => isPassing)
      .map(({ version }) =>
        setTimeout(() => setShown((before) => before.filter((other) => other.version !== version)), PASSING_MILLIS),
      );
    return () => timers.forEach(clearTimeout);
  }, [shown]);
  const dismiss = useCallback((id: string) => setShown((before) => before.filter((other) => other.id !== id)), []);
  const notices = useMemo(() => ({ shown, notify, dismiss }), [shown, notify, dismiss]);
  return <NoticesContext value={notices}>{children}</NoticesContext>;
}

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (notices === undefined) {
    throw new Error('Drawn outside of the notices');
  }
  return notices;
}
