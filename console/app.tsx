/** The console of a signed-in reader: everything the pages share, and which page is at which path. */
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter';
import { ApiContext } from './api/api-context.ts';
import { ChangeFeedContext, createChangeFeed } from './api/change-feed.ts';
import { createApiClient } from './api/client.ts';
import { createQueryClient } from './api/query-client.ts';
import { FollowedRetries } from './delivery/followed-retries.tsx';
import { CrumbsProvider } from './frame/crumbs.tsx';
import { Frame } from './frame/frame.tsx';
import { lazily } from './frame/lazily.tsx';
import { useGuardedLocation } from './frame/leave-guard.ts';
import { LeaveQuestion } from './frame/leave-question.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { NoticesProvider } from './frame/notices.tsx';
import { PageBoundary } from './frame/page-boundary.tsx';
import { Loading } from './frame/query-result.tsx';
import { SessionContext, type SignedInSession } from './frame/session-context.tsx';
import { SessionEnded } from './frame/session-ended.tsx';
import { IntegrationsPage } from './integrations/integrations-page.tsx';
import { PATTERNS, paths } from './paths.ts';

/** The first page comes with the frame; the others when they are first opened. */
const BrowsePage = lazily('BrowsePage', () => import('./browse/browse-page.tsx'));
const EventsPage = lazily('EventsPage', () => import('./events/events-page.tsx'));
const AddressesPage = lazily('AddressesPage', () => import('./mail/addresses-page.tsx'));
const ConnectPage = lazily('ConnectPage', () => import('./connect/connect-page.tsx'));
const SettingsPage = lazily('SettingsPage', () => import('./connect/settings-page.tsx'));
const IntegrationPage = lazily('IntegrationPage', () => import('./details/integration-page.tsx'));
const DeliveryPage = lazily('DeliveryPage', () => import('./delivery/delivery-page.tsx'));

export function App(signedIn: SignedInSession) {
  return (
    <Router hook={useGuardedLocation}>
      <Console {...signedIn} />
    </Router>
  );
}

function Console(signedIn: SignedInSession) {
  const [isSessionEnded, setSessionEnded] = useState(false);
  const [queries] = useState(createQueryClient);
  const { session } = signedIn;
  const api = useMemo(
    () =>
      createApiClient({
        idToken: session.idToken,
        onSignedOut: () => setSessionEnded(true),
        fetch: (...request) => window.fetch(...request),
      }),
    [session],
  );
  const feed = useMemo(() => createChangeFeed(api, queries), [api, queries]);
  const [location] = useLocation();
  const search = useSearch();
  useEffect(() => feed.start(), [feed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on each page that is opened, and each part of it
  useEffect(() => feed.opened(), [feed, location, search]);
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <ApiContext value={api}>
          <ChangeFeedContext value={feed}>
            <SessionContext value={signedIn}>
              <NoticesProvider>
                <FollowedRetries>
                  <CrumbsProvider>
                    <Frame>
                      <PageBoundary>
                        <Pages />
                      </PageBoundary>
                    </Frame>
                  </CrumbsProvider>
                </FollowedRetries>
                <LeaveQuestion />
                <SessionEnded isEnded={isSessionEnded} onDismiss={() => setSessionEnded(false)} />
              </NoticesProvider>
            </SessionContext>
          </ChangeFeedContext>
        </ApiContext>
      </QueryClientProvider>
    </I18nProvider>
  );
}

function Pages() {
  return (
    <Suspense fallback={<Loading what="the page" />}>
      <Switch>
        <Route path={paths.integrations} component={IntegrationsPage} />
        <Route path={paths.browse} component={BrowsePage} />
        <Route path={paths.events} component={EventsPage} />
        <Route path={paths.notices} component={AddressesPage} />
        <Route path={PATTERNS.connect} component={ConnectPage} />
        <Route path={PATTERNS.integration} component={IntegrationPage} />
        <Route path={PATTERNS.settings} component={SettingsPage} />
        <Route path={PATTERNS.delivery} component={DeliveryPage} />
        <Route path="/">
          <Redirect to={paths.integrations} replace />
        </Route>
        <Route component={NotFoundPage} />
      </Switch>
    </Suspense>
  );
}
