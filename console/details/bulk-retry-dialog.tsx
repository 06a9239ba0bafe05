/** Retries the deliveries that failed, or were held, in a span of time, and shows how far it has got. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';
import FormField from '@cloudscape-design/components/form-field';
import LiveRegion from '@cloudscape-design/components/live-region';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import type { LogQuery } from '../api/client.ts';
import { causeWords } from '../delivery/delivery-words.ts';
import { countWords } from '../integrations/condition.ts';
import { severityWords } from '../integrations/severity-words.ts';
import { type BulkProgress, type BulkRequest, type Count, countInBulk, retryInBulk } from './bulk-retry.ts';
import type { DialogProps } from './dialog.tsx';
import { rangeOf, spanOf } from './span.ts';

const RELATIVE: DateRangePickerProps['relativeOptions'] = [
  { key: 'hour', amount: 1, unit: 'hour', type: 'relative' },
  { key: 'day', amount: 24, unit: 'hour', type: 'relative' },
  { key: 'week', amount: 7, unit: 'day', type: 'relative' },
  // As long as the log keeps a delivery.
  { key: 'month', amount: 30, unit: 'day', type: 'relative' },
];

const NOTHING_YET: BulkProgress = { retried: 0 };

/** What the log is narrowed to; its span of time is of the failure, as here. */
export type PresetFilters = Pick<LogQuery, 'severity' | 'cause' | 'search' | 'since' | 'until'> & {
  readonly status: BulkRequest['status'];
};

interface BulkRetryDialogProps extends DialogProps {
  readonly preset?: PresetFilters;
}

export function BulkRetryDialog({ webhook, preset, onClose }: BulkRetryDialogProps) {
  const api = useApi();
  const feed = useChangeFeed();
  const { failed, held } = webhook.health;
  const { severity, cause, search } = preset ?? {};
  const usual = failed.count === 0 && held.count > 0 ? 'held' : 'failed';
  const [status, setStatus] = useState<BulkRequest['status']>(preset?.status ?? usual);
  const [range, setRange] = useState<DateRangePickerProps.Value | null>(
    preset === undefined ? (RELATIVE[1] ?? null) : rangeOf(preset, Date.now()),
  );
  // A span that ends now is of the moment at which it was picked: what is counted is what is retried.
  const span = useMemo(() => spanOf(range, Date.now()), [range]);
  const request: BulkRequest = {
    status,
    ...span,
    ...(severity && { severity }),
    ...(cause !== undefined && { cause }),
    ...(search !== undefined && { search }),
  };
  const [progress, setProgress] = useState<BulkProgress>(NOTHING_YET);
  const stopping = useRef(new AbortController());

  const run = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: ({ wanted, from }: { readonly wanted: BulkRequest; readonly from: BulkProgress }) => {
      stopping.current = new AbortController();
      return retryInBulk(api, webhook.id, wanted, from, stopping.current.signal, setProgress);
    },
    onSettled: feed.refresh,
  });
  const { variables } = run;
  const counted = useQuery({
    queryKey: ['to retry', webhook.id, request],
    queryFn: ({ signal }) => countInBulk(api, webhook.id, request, signal),
    enabled: variables === undefined,
    gcTime: 0,
  });
  const isOver = run.isSuccess && progress.nextCursor === undefined;
  const isHalfway = !run.isPending && variables !== undefined && !isOver;
  const count = counted.data;

  return (
    <Modal
      visible
      header="Retry many deliveries"
      onDismiss={() => {
        stopping.current.abort();
        onClose();
      }}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            {run.isPending ? (
              <Button onClick={() => stopping.current.abort()}>Stop</Button>
            ) : (
              <Button variant="link" onClick={onClose}>
                Close
              </Button>
            )}
            {!isOver && (
              <Button
                variant="primary"
                loading={run.isPending}
                disabled={variables === undefined && (webhook.state !== 'enabled' || count?.count === 0)}
                onClick={() =>
                  run.mutate(
                    isHalfway ? { wanted: variables.wanted, from: progress } : { wanted: request, from: NOTHING_YET },
                  )
                }
              >
                {isHalfway ? 'Go on' : retryWords(count)}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {webhook.state !== 'enabled' && (
          <Alert type="warning">The integration is {webhook.state}. Resume it first, then retry.</Alert>
        )}
        {run.error !== null && <Alert type="error">{messageOf(run.error)}</Alert>}
        <FormField label="Which deliveries">
          <RadioGroup
            value={status}
            items={[
              { value: 'failed', label: 'Failed', disabled: variables !== undefined },
              { value: 'held', label: 'Held', disabled: variables !== undefined },
            ]}
            onChange={({ detail }) => setStatus(detail.value === 'held' ? 'held' : 'failed')}
          />
        </FormField>
        <FormField label="Failed or held when" description="By when they became so, not by detection.">
          <DateRangePicker
            value={range}
            relativeOptions={RELATIVE}
            placeholder="At any time"
            disabled={variables !== undefined}
            isValidRange={() => ({ valid: true })}
            onChange={({ detail }) => setRange(detail.value)}
          />
        </FormField>
        <Narrowed filters={request} />
        {variables === undefined ? (
          <ToRetry count={count} error={counted.error} />
        ) : (
          <ProgressBar
            label="On their way again"
            status={isOver ? 'success' : 'in-progress'}
            value={isOver ? 100 : shareOf(progress.retried, count?.count ?? webhook.health[status].count)}
            additionalInfo={`${progress.retried.toLocaleString('en')} so far`}
            resultText={overWords(progress.retried)}
          />
        )}
      </SpaceBetween>
    </Modal>
  );
}

/** The filters of the log that the dialog has no fields for. */
function Narrowed({ filters: { severity, cause, search } }: { readonly filters: BulkRequest }) {
  const words = [
    ...(severity === undefined ? [] : [`severity ${severityWords(severity)}`]),
    ...(cause === undefined ? [] : [`latest result ${causeWords(cause)}`]),
    ...(search === undefined ? [] : [`search “${search}”`]),
  ];
  return words.length === 0 ? null : <Box className="unbroken">As in the log, only: {words.join(', ')}.</Box>;
}

/** Before anything is sent. */
function ToRetry({ count, error }: { readonly count: Count | undefined; readonly error: Error | null }) {
  if (error !== null) {
    return <StatusIndicator type="warning">They could not be counted. {messageOf(error)}</StatusIndicator>;
  }
  return (
    <LiveRegion>
      {count === undefined ? (
        <StatusIndicator type="loading">Counting</StatusIndicator>
      ) : (
        <Box variant="strong">{toRetryWords(count)}</Box>
      )}
    </LiveRegion>
  );
}

function toRetryWords({ count, isCapped }: Count): string {
  if (count === 0 && !isCapped) {
    return 'No delivery matches.';
  }
  return count === 1
    ? 'One delivery matches.'
    : `${isCapped ? 'More than ' : ''}${count.toLocaleString('en')} deliveries match.`;
}

function retryWords(count: Count | undefined): string {
  if (count === undefined || count.count === 0) {
    return 'Retry';
  }
  return count.count === 1 && !count.isCapped ? 'Retry one delivery' : `Retry ${countWords(count)} deliveries`;
}

/** Others may be retried or fail meanwhile: a bound, not a promise. */
function shareOf(retried: number, all: number): number {
  return all === 0 ? 0 : Math.min(99, (100 * retried) / all);
}

function overWords(retried: number): string {
  switch (retried) {
    case 0:
      return 'There was nothing to retry in this span of time.';
    case 1:
      return 'One delivery is on its way again.';
    default:
      return `${retried.toLocaleString('en')} deliveries are on their way again.`;
  }
}
