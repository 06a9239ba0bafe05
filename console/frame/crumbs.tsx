/** Where the open page stands among the others: set by the page, shown by the frame around it. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export interface Crumb {
  readonly text: string;
  readonly href: string;
}

interface Crumbs {
  readonly crumbs: readonly Crumb[];
  setCrumbs(crumbs: readonly Crumb[]): void;
}

const CrumbsContext = createContext<Crumbs | undefined>(undefined);

export function CrumbsProvider({ children }: { readonly children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([]);
  const value = useMemo(() => ({ crumbs, setCrumbs }), [crumbs]);
  return <CrumbsContext value={value}>{children}</CrumbsContext>;
}

export function useCrumbs(): readonly Crumb[] {
  return useContext(CrumbsContext)?.crumbs ?? [];
}

/** The topmost first, the open page last. */
export function useSetCrumbs(crumbs: readonly Crumb[]): void {
  const setCrumbs = useContext(CrumbsContext)?.setCrumbs;
  // Their titles come later than the page, which writes the list again each time it is drawn.
  const written = JSON.stringify(crumbs);
  useEffect(() => setCrumbs?.(JSON.parse(written)), [setCrumbs, written]);
}
