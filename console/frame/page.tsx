/** What every page shares: its place among the others, its title, and where the keyboard goes when it opens. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { type Crumb, useSetCrumbs } from './crumbs.tsx';

interface PageProps {
  readonly title: string;
  readonly counter?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The pages above this one, the topmost first. */
  readonly above?: readonly Crumb[];
  readonly children: ReactNode;
}

export function Page({ title, counter, description, actions, above = [], children }: PageProps) {
  const [location] = useLocation();
  const heading = useRef<HTMLDivElement>(null);

  useSetCrumbs([...above, { text: title, href: location }]);

  useEffect(() => {
    document.title = `${title} – Thalian`;
  }, [title]);

  // Readers with keyboard or screen reader go on here, not where the link was that is gone.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  return (
    <ContentLayout
      header={
        <div ref={heading} id="page-title" tabIndex={-1} className="page-title">
          <Header variant="h1" description={description} actions={actions} {...(counter !== undefined && { counter })}>
            <span className="unbroken" dir="auto">
              {title}
            </span>
          </Header>
        </div>
      }
    >
      {children}
    </ContentLayout>
  );
}
