/** The delivery log of an integration: by status, page by page, each delivery a click away and retried where it stands. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import type { DeliveryStatus } from '../api/client.ts';
import { useDeliveryLog } from '../api/queries.ts';
import { DeliveryStatusIndicator } from '../delivery/delivery-status.tsx';
import { resultWords, STATUS_WORDS } from '../delivery/delivery-words.ts';
import { RetryButton } from '../delivery/retry-button.tsx';
import { aheadWords, upperFirst } from '../delivery/waiting-words.ts';
import { useFollow } from '../frame/follow.ts';
import { useNarrow } from '../frame/narrow.ts';
import { QueryResult } from '../frame/query-result.tsx';
import { severityWords } from '../integrations/severity-words.ts';
import { paths } from '../paths.ts';
import { Due, Expected, Instant } from '../time/instant.tsx';

const STATUSES = Object.entries(STATUS_WORDS).map(([value, label]) => ({ value, label }));
const ALL = { value: 'all', label: 'Every status' };

interface DeliveryLogProps {
  readonly webhook: WebhookResponse;
  /** Only those of this status. */
  readonly status: DeliveryStatus | undefined;
  readonly onStatus: (status: DeliveryStatus | undefined) => void;
}

/** Give it another key for another status: it begins at the first page then. */
export function DeliveryLog({ webhook, status, onStatus }: DeliveryLogProps) {
  const [pageIndex, setPageIndex] = useState(0);
  const log = useDeliveryLog(webhook.id, status);
  const isNarrow = useNarrow();
  const pages = log.data?.pages ?? [];
  // Fewer pages than before, if the log was read again meanwhile.
  const shownIndex = Math.min(pageIndex, Math.max(pages.length - 1, 0));
  const page = pages[shownIndex];

  const openPage = async (index: number) => {
    if (index >= pages.length) {
      await log.fetchNextPage();
    }
    setPageIndex(index);
  };

  return (
    <QueryResult question={log} what="the delivery log">
      {() => (
        <Table
          items={page?.deliveries ?? []}
          trackBy="id"
          variant="container"
          wrapLines
          loading={log.isFetchingNextPage}
          loadingText="Loading the page"
          columnDefinitions={isNarrow ? narrowColumns(webhook) : wideColumns(webhook)}
          ariaLabels={{ tableLabel: 'Delivery log' }}
          header={
            <Header
              variant="h2"
              description={orderWords(status)}
              actions={
                <Button
                  iconName="refresh"
                  ariaLabel="Refresh the delivery log"
                  loading={log.isRefetching}
                  onClick={() => void log.refetch()}
                />
              }
            >
              Delivery log
            </Header>
          }
          filter={
            <div className="filter">
              <Select
                selectedOption={STATUSES.find(({ value }) => value === status) ?? ALL}
                options={[ALL, ...STATUSES]}
                ariaLabel="Status"
                onChange={({ detail }) => onStatus(statusOf(detail.selectedOption.value))}
              />
            </div>
          }
          pagination={
            <Pagination
              currentPageIndex={shownIndex + 1}
              pagesCount={pages.length}
              openEnd={log.hasNextPage}
              disabled={log.isFetchingNextPage}
              onChange={({ detail }) => void openPage(detail.currentPageIndex - 1)}
            />
          }
          empty={<Nothing status={status} isMore={log.hasNextPage || shownIndex > 0} />}
        />
      )}
    </QueryResult>
  );
}

type Column = TableProps.ColumnDefinition<DeliveryResponse>;

function wideColumns({ id: webhookId }: WebhookResponse): readonly Column[] {
  return [
    {
      id: 'finding',
      header: 'Finding',
      isRowHeader: true,
      minWidth: 200,
      cell: (delivery) => <FindingLink webhookId={webhookId} delivery={delivery} />,
    },
    {
      id: 'status',
      header: 'Status',
      minWidth: 130,
      cell: (delivery) => <DeliveryStatusIndicator delivery={delivery} />,
    },
    { id: 'result', header: 'Latest result', minWidth: 130, cell: (delivery) => <Result delivery={delivery} /> },
    { id: 'detected', header: 'Detected', minWidth: 185, cell: ({ detectedAt }) => <Instant at={detectedAt} /> },
    { id: 'attempted', header: 'Attempted last', minWidth: 185, cell: (delivery) => <Attempted delivery={delivery} /> },
    {
      id: 'retry',
      header: 'Action',
      minWidth: 85,
      cell: (delivery) => <RetryButton webhookId={webhookId} delivery={delivery} variant="inline-link" />,
    },
  ];
}

/** The same, one below the other, so that no reader has to scroll sideways. */
function narrowColumns({ id: webhookId }: WebhookResponse): readonly Column[] {
  return [
    {
      id: 'finding',
      header: 'Finding',
      isRowHeader: true,
      cell: (delivery) => (
        <>
          <FindingLink webhookId={webhookId} delivery={delivery} />
          <Box variant="small" display="block">
            Detected <Instant at={delivery.detectedAt} />
          </Box>
          <Box variant="small" display="block">
            Attempted <Attempted delivery={delivery} />
          </Box>
        </>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      width: 140,
      cell: (delivery) => (
        <>
          <DeliveryStatusIndicator delivery={delivery} />
          <div>
            <Result delivery={delivery} />
          </div>
          <RetryButton webhookId={webhookId} delivery={delivery} variant="inline-link" />
        </>
      ),
    },
  ];
}

function Attempted({ delivery: { lastAttemptAt } }: { readonly delivery: DeliveryResponse }) {
  return lastAttemptAt === undefined ? 'not yet' : <Instant at={lastAttemptAt} />;
}

function FindingLink({ webhookId, delivery }: { readonly webhookId: string; readonly delivery: DeliveryResponse }) {
  const follow = useFollow();
  const { title, severity, platform } = delivery.finding;
  return (
    <>
      <Link href={paths.delivery(webhookId, delivery.id)} onFollow={follow}>
        <span className="unbroken" dir="auto">
          {title}
        </span>
      </Link>
      <Box variant="small" display="block">
        {severityWords(severity.level)} · <span className="unbroken">{platform}</span>
      </Box>
    </>
  );
}

function Result({ delivery }: { readonly delivery: DeliveryResponse }) {
  const { attempts, attemptLimit, nextAttemptAt, status, waiting } = delivery;
  return (
    <>
      {resultWords(delivery)}
      <Box variant="small" display="block">
        {attempts} of {attemptLimit} attempts
      </Box>
      {waiting !== undefined && (
        <Box variant="small" display="block">
          {upperFirst(aheadWords(waiting))}, expected <Expected at={waiting.expectedAt} />
        </Box>
      )}
      {nextAttemptAt !== undefined && status === 'pending' && waiting === undefined && (
        <Box variant="small" display="block">
          Next attempt <Due at={nextAttemptAt} />
        </Box>
      )}
    </>
  );
}

function Nothing({ status, isMore }: { readonly status: DeliveryStatus | undefined; readonly isMore: boolean }) {
  if (isMore) {
    return <Box>Nothing on this page. Go on to the next.</Box>;
  }
  return (
    <SpaceBetween size="xs">
      <Box variant="strong">
        {status === undefined ? 'No deliveries yet' : `No deliveries are ${STATUS_WORDS[status].toLowerCase()}`}
      </Box>
      {status === undefined && (
        <Box color="text-body-secondary">
          They appear here when a finding matches the alert rule. Send a test to see whether the receiver is ready.
        </Box>
      )}
    </SpaceBetween>
  );
}

function orderWords(status: DeliveryStatus | undefined): string {
  return status === 'failed' || status === 'held'
    ? 'The latest failure first.'
    : 'By the time of detection, the latest first.';
}

function statusOf(value: string | undefined): DeliveryStatus | undefined {
  const statuses = Object.keys(STATUS_WORDS) as DeliveryStatus[];
  return statuses.find((status) => status === value);
}
