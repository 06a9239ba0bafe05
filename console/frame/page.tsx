/** What every page shares: its place in the whole, its title, where the keyboard goes when it opens, and notices. */
import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Flashbar from '@cloudscape-design/components/flashbar';
import Header from '@cloudscape-design/components/header';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { paths } from '../paths.ts';
import { useFollow } from './follow.ts';
import { useNotices } from './notices.tsx';

export interface Crumb {
  readonly text: string;
  readonly href: string;
}

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly info?: ReactNode;
  readonly counter?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The pages above this one, the topmost first. */
  readonly above?: readonly Crumb[];
  readonly children: ReactNode;
}

const TOP_BAR = '#top-bar';

export function Page({ title, info, counter, description, actions, above = [], children }: PageProps) {
  const [location] = useLocation();
  const follow = useFollow();
  const { items } = useNotices();
  const [isNavigationOpen, setNavigationOpen] = useState(() => window.innerWidth >= 1_000);
  const main = useRef<HTMLDivElement>(null);

  useEffect(() => {
    document.title = `${title} – Thalian`;
  }, [title]);

  // Whoever came by keyboard or screen reader goes on here, not where the link was that is gone.
  useEffect(() => main.current?.focus({ preventScroll: true }), []);

  return (
    <AppLayout
      headerSelector={TOP_BAR}
      toolsHide
      navigationWidth={220}
      navigationOpen={isNavigationOpen}
      onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
      navigation={
        <SideNavigation
          header={{ text: 'Outbound webhooks', href: paths.integrations }}
          activeHref={location.startsWith(paths.browse) ? paths.browse : paths.integrations}
          items={[
            { type: 'link', text: 'Integrations', href: paths.integrations },
            { type: 'link', text: 'Browse', href: paths.browse },
          ]}
          onFollow={follow}
        />
      }
      breadcrumbs={
        above.length === 0 ? undefined : (
          <BreadcrumbGroup items={[...above, { text: title, href: location }]} onFollow={follow} />
        )
      }
      notifications={<Flashbar items={items} stackItems={items.length > 1} />}
      content={
        <ContentLayout
          header={
            <div ref={main} tabIndex={-1} className="page-title">
              <Header variant="h1" info={info} counter={counter} description={description} actions={actions}>
                {title}
              </Header>
            </div>
          }
        >
          {children}
        </ContentLayout>
      }
    />
  );
}
