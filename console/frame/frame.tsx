/** The frame that stays while pages change: the bar above, the way around beside, notices, and the page that is open. */
import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { paths } from '../paths.ts';
import { useCrumbs } from './crumbs.tsx';
import { useFollow } from './follow.ts';
import { useNotices } from './notices.tsx';
import { TopBar } from './top-bar.tsx';

const TOP_BAR_ID = 'top-bar';
const NAVIGATION_PIXELS = 220;

export function Frame({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const follow = useFollow();
  const { items } = useNotices();
  const crumbs = useCrumbs();
  return (
    <>
      <a className="skip-link" href="#page-title">
        Skip to the page
      </a>
      <div id={TOP_BAR_ID}>
        <TopBar />
      </div>
      <AppLayoutToolbar
        headerSelector={`#${TOP_BAR_ID}`}
        toolsHide
        navigationWidth={NAVIGATION_PIXELS}
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
        breadcrumbs={<BreadcrumbGroup items={crumbs} onFollow={follow} />}
        notifications={<Flashbar items={items} stackItems={items.length > 1} />}
        content={children}
      />
    </>
  );
}
