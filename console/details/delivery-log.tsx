/** The delivery log of an integration: what the address asks for, each delivery a click away and retried where it stands. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { Suspense, useRef, useState } from 'react';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import type { DeliveryStatus, LogQuery } from '../api/client.ts';
import type { useDeliveryLog } from '../api/queries.ts';
import { STATUS_WORDS } from '../delivery/delivery-words.ts';
import { lazily } from '../frame/lazily.tsx';
import { useNarrow } from '../frame/narrow.ts';
import { QueryResult } from '../frame/query-result.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { type SetUrlState, useUrlState } from '../frame/url-state.ts';
import { Instant } from '../time/instant.tsx';
import { zoneName } from '../time/instant-words.ts';
import { stackedColumns, wideColumns } from './delivery-columns.tsx';
import { ExportButton } from './export-button.tsx';
import { LogFilters } from './log-filters.tsx';
import { isFiltered, isSearched, LOG_PARAMETERS, type LogParameter, logQueryOf, orderWords } from './log-query.ts';

/** Calendars and clocks come with it. */
const BulkRetryDialog = lazily('BulkRetryDialog', () => import('./bulk-retry-dialog.tsx'));

/** For links that lead to a part of the log. */
export function useShowStatus(): (status: DeliveryStatus) => void {
  const [, set] = useUrlState(LOG_PARAMETERS);
  return (status) => set({ status, after: undefined });
}

interface DeliveryLogProps {
  readonly webhook: WebhookResponse;
  /** What the address asks for. */
  readonly log: ReturnType<typeof useDeliveryLog>;
}

export function DeliveryLog({ webhook, log }: DeliveryLogProps) {
  const [parameters, set] = useUrlState(LOG_PARAMETERS);
  const query = logQueryOf(parameters);
  const isNarrow = useNarrow();
  return (
    <QueryResult question={log} what="the delivery log">
      {({ deliveries, nextCursor, searchedBackTo }) => (
        <Table
          items={deliveries}
          trackBy="id"
          variant="container"
          wrapLines
          loading={log.isPlaceholderData}
          loadingText="Loading the page"
          columnDefinitions={isNarrow ? stackedColumns(webhook) : wideColumns(webhook)}
          ariaLabels={{ tableLabel: 'Delivery log' }}
          header={
            <Header
              variant="h2"
              description={`${orderWords(query)} Times are in ${zoneName()}.`}
              actions={
                <SpaceBetween size="xs" direction="horizontal">
                  <RetryThese webhook={webhook} query={query} />
                  <ExportButton webhookId={webhook.id} query={query} />
                  <Button
                    iconName="refresh"
                    ariaLabel="Reload the delivery log"
                    loading={log.isRefetching}
                    onClick={() => void log.refetch()}
                  />
                </SpaceBetween>
              }
            >
              Delivery log
            </Header>
          }
          filter={
            <>
              <LogFilters query={query} set={set} />
              <LiveRegion hidden>{countedWords(deliveries.length)}</LiveRegion>
            </>
          }
          footer={<Pager query={query} nextCursor={nextCursor} searchedBackTo={searchedBackTo} set={set} />}
          empty={<Nothing query={query} isMore={nextCursor !== undefined} />}
        />
      )}
    </QueryResult>
  );
}

/** What the filters show, if it can be retried. */
function RetryThese({ webhook, query }: { readonly webhook: WebhookResponse; readonly query: LogQuery }) {
  const [isOpen, setOpen] = useState(false);
  const guard = useWriteGuard();
  const { status, order: _, cursor: __, ...filters } = query;
  if (status !== 'failed' && status !== 'held') {
    return null;
  }
  return (
    <>
      <Button onClick={() => setOpen(true)} {...guard}>
        Retry these deliveries
      </Button>
      {isOpen && (
        <Suspense>
          <BulkRetryDialog webhook={webhook} preset={{ ...filters, status }} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

interface PagerProps {
  readonly query: LogQuery;
  readonly nextCursor: string | undefined;
  readonly searchedBackTo: string | undefined;
  readonly set: SetUrlState<LogParameter>;
}

/** A page begins at a place in the log, which is in the address; the page before it is a step back of the browser. */
function Pager({ query, nextCursor, searchedBackTo, set }: PagerProps) {
  const isFirst = query.cursor === undefined;
  const heldFocus = useRef<HTMLDivElement>(null);
  const open = (after: string | undefined) => {
    set({ after });
    // The button may go with the page that had it.
    heldFocus.current?.focus();
  };
  return (
    <nav aria-label="Pages of the delivery log">
      <div ref={heldFocus} tabIndex={-1} className="pager">
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          {!isFirst && <Button onClick={() => open(undefined)}>First page</Button>}
          {!isFirst && <Button onClick={() => window.history.back()}>Previous page</Button>}
          {nextCursor !== undefined && (
            <Button iconName="angle-right" iconAlign="right" onClick={() => open(nextCursor)}>
              Next page
            </Button>
          )}
          <Box variant="small">
            <span aria-live="polite">
              {searchedBackTo !== undefined && (
                <>
                  1,000 deliveries were looked at, back to <Instant at={searchedBackTo} />. The next page goes on there.
                </>
              )}
              {searchedBackTo === undefined && isSearched(query) && 'Each page looks at 1,000 deliveries at most.'}
            </span>
          </Box>
        </SpaceBetween>
      </div>
    </nav>
  );
}

function countedWords(count: number): string {
  if (count === 0) {
    return 'No deliveries on this page';
  }
  return count === 1 ? 'One delivery on this page' : `${count} deliveries on this page`;
}

function Nothing({ query, isMore }: { readonly query: LogQuery; readonly isMore: boolean }) {
  const { cursor: _, order: __, status, ...others } = query;
  if (isMore) {
    return <Box>Nothing on this page. Go on to the next.</Box>;
  }
  if (!isFiltered(query)) {
    return (
      <SpaceBetween size="xs">
        <Box variant="strong">No deliveries yet</Box>
        <Box color="text-body-secondary">
          They appear here when a finding matches the alert rule. Send a test to see whether the receiver is ready.
        </Box>
      </SpaceBetween>
    );
  }
  const isStatusAlone = status !== undefined && Object.keys(others).length === 0;
  return (
    <Box variant="strong">
      {isStatusAlone ? `No deliveries are ${STATUS_WORDS[status].toLowerCase()}` : 'No deliveries match the filters'}
    </Box>
  );
}
