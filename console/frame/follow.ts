/** Links of the library's components, followed within the page. */
import { useCallback } from 'react';
import { useLocation } from 'wouter';

interface FollowEvent {
  readonly detail: { readonly href?: string | undefined; readonly external?: boolean };
  preventDefault(): void;
}

/** For `onFollow`; clicks for another tab or window never come here. */
export function useFollow(): (event: FollowEvent) => void {
  const [, navigate] = useLocation();
  return useCallback(
    (event) => {
      const { href, external } = event.detail;
      if (href !== undefined && external !== true) {
        event.preventDefault();
        navigate(href);
      }
    },
    [navigate],
  );
}
