/** The frame that stays while pages change: the bar above, the way around beside, notices, and the page that is open. */
import {
  colorBackgroundContainerContent,
  colorBackgroundLayoutMain,
  colorBorderDividerDefault,
  colorTextAccent,
  colorTextBodyDefault,
  colorTextBodySecondary,
  colorTextLinkDefault,
} from '@cloudscape-design/design-tokens';
import type { CSSProperties, ReactNode } from 'react';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { Navigation } from './navigation.tsx';
import { NoticeList } from './notice-list.tsx';
import { TopBar } from './top-bar.tsx';

/** The library's colours under names that a style sheet can use: its own change with each version. */
const COLOURS = {
  '--ground': colorBackgroundLayoutMain,
  '--surface': colorBackgroundContainerContent,
  '--divider': colorBorderDividerDefault,
  '--accent': colorTextAccent,
  '--text': colorTextBodyDefault,
  '--text-quiet': colorTextBodySecondary,
  '--link': colorTextLinkDefault,
} as CSSProperties;

export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <div className="console" style={COLOURS}>
      <a className="skip-link" href="#page-title">
        Skip to the page
      </a>
      <TopBar />
      <div className="frame">
        <Navigation />
        <main className="frame-page">
          <NoticeList />
          <Breadcrumbs />
          {children}
        </main>
      </div>
    </div>
  );
}
