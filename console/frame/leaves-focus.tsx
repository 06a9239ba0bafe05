/**
 * Around a control that goes away when it has done its work: the focus then stays in the same row, or goes to the heading of
 * the page. A browser would begin again at the top.
 */
import { type ReactNode, useLayoutEffect, useRef } from 'react';

export function LeavesFocus({ children }: { readonly children: ReactNode }) {
  const around = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const { current } = around;
    // Runs before the control is taken off the page.
    return () => {
      if (current?.contains(document.activeElement)) {
        const beside = current.closest('tr, li')?.querySelector<HTMLElement>('a[href]');
        setTimeout(() => goOnAt(beside));
      }
    };
  }, []);
  return <span ref={around}>{children}</span>;
}

/** Unless the reader, or a page that opened, has placed the focus meanwhile. */
function goOnAt(beside: HTMLElement | null | undefined): void {
  if (document.activeElement === document.body) {
    const target = beside?.isConnected ? beside : document.getElementById('page-title');
    target?.focus({ preventScroll: true });
  }
}
