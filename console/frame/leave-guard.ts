/**
 * Keeps a page from being left with something that would be lost: a form that is not saved, a secret that is shown once.
 * Links, the browser's own buttons, dialogs that show such a thing and the closing of the tab ask first.
 */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { BaseLocationHook } from 'wouter';
import { useBrowserLocation } from 'wouter/use-browser-location';

interface Kept {
  /** What is lost, as a sentence. */
  readonly loss: string;
}

export interface Question {
  readonly loss: string;
  readonly leave: () => void;
  readonly stay: () => void;
}

/** The latest last: a secret may be shown on top of a form. */
const kept: Kept[] = [];
const listeners = new Set<() => void>();
let question: Question | undefined;

function ask(asked: Question | undefined): void {
  question = asked;
  for (const listener of listeners) {
    listener();
  }
}

/** Carries `go` out, after a question if something would be lost by it. */
export function leaveBy(go: () => void): void {
  const last = kept.at(-1);
  if (last === undefined) {
    go();
    return;
  }
  ask({
    loss: last.loss,
    stay: () => ask(undefined),
    leave: () => {
      kept.splice(0);
      ask(undefined);
      go();
    },
  });
}

/** As long as `loss` says what would be lost. Returns what to call before leaving when it has been saved. */
export function useKeep(loss: string | undefined): () => void {
  useEffect(() => {
    if (loss === undefined) {
      return undefined;
    }
    const own: Kept = { loss };
    const onUnload = (event: BeforeUnloadEvent) => {
      if (kept.includes(own)) {
        event.preventDefault();
      }
    };
    kept.push(own);
    window.addEventListener('beforeunload', onUnload);
    return () => {
      kept.splice(0, kept.length, ...kept.filter((other) => other !== own));
      window.removeEventListener('beforeunload', onUnload);
    };
  }, [loss]);
  return useCallback(() => void kept.splice(0), []);
}

export function useQuestion(): Question | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => question,
  );
}

/** For the router: its links ask first. */
export const useGuardedLocation: BaseLocationHook = (options) => {
  const [location, navigate] = useBrowserLocation(options);
  return [
    location,
    (to: string, ...rest: readonly object[]) => {
      if (isSamePage(to)) {
        navigate(to, ...rest);
      } else {
        leaveBy(() => navigate(to, ...rest));
      }
    },
  ];
};

/** Where the page is, which the browser has forgotten by the time that one hears of Back. */
let here = window.location.href;

const noteHere = () => {
  here = window.location.href;
};

// The router announces them.
window.addEventListener('pushState', noteHere);
window.addEventListener('replaceState', noteHere);

// Back and forward have happened when they are heard of: the page is put back, and gone from once the reader agrees.
window.addEventListener(
  'popstate',
  (event) => {
    if (kept.length === 0 || isSamePage(window.location.href)) {
      noteHere();
      return;
    }
    event.stopImmediatePropagation();
    window.history.pushState(null, '', here);
    leaveBy(() => window.history.back());
  },
  { capture: true },
);

/** Another part of the same page may be in the query. */
function isSamePage(to: string): boolean {
  return new URL(to, here).pathname === new URL(here).pathname;
}
