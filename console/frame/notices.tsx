/** What has just happened, at the top of the page that it is about, until the reader dismisses it, leaves, or it is outdated. */
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';

export interface Notice {
  readonly type: 'success' | 'error' | 'info' | 'in-progress';
  readonly content: string;
  /** One notice takes the place of an earlier one with the same id. */
  readonly id?: string;
  /** It goes by itself, once it can have been read. */
  readonly isPassing?: boolean;
  /** Where to show it: the page that is open, unless the reader is being taken to another. */
  readonly path?: string;
}

interface Notices {
  readonly items: readonly FlashbarProps.MessageDefinition[];
  notify(notice: Notice): void;
}

interface Shown extends Notice {
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
  const notices = useMemo(
    () => ({
      items: shown.map(({ id, type, content }) => ({
        id,
        type: type === 'in-progress' ? ('info' as const) : type,
        loading: type === 'in-progress',
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
