/** Retries the deliveries that failed, or were held, in a span of time, and shows how far it has got. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DateRangePicker, { type DateRangePickerProps } from '@cloudscape-design/components/date-range-picker';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { useChangeFeed } from '../api/change-feed.ts';
import { countWords } from '../integrations/condition.ts';
import { type BulkProgress, type BulkRequest, retryInBulk } from './bulk-retry.ts';
import type { DialogProps } from './dialog.tsx';
import { type Span, spanOf } from './span.ts';

const RELATIVE: DateRangePickerProps['relativeOptions'] = [
  { key: 'hour', amount: 1, unit: 'hour', type: 'relative' },
  { key: 'day', amount: 24, unit: 'hour', type: 'relative' },
  { key: 'week', amount: 7, unit: 'day', type: 'relative' },
  // As long as the log keeps a delivery.
  { key: 'month', amount: 30, unit: 'day', type: 'relative' },
];

const NOTHING_YET: BulkProgress = { retried: 0 };

export function BulkRetryDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const feed = useChangeFeed();
  const { failed, held, isIncomplete } = webhook.health;
  const inAll = (waiting: typeof failed) => (isIncomplete ? '' : ` (${countWords(waiting)} in all)`);
  const [status, setStatus] = useState<BulkRequest['status']>(failed.count === 0 && held.count > 0 ? 'held' : 'failed');
  const [range, setRange] = useState<DateRangePickerProps.Value | null>(RELATIVE[1] ?? null);
  const [progress, setProgress] = useState<BulkProgress>(NOTHING_YET);
  const stopping = useRef(new AbortController());

  const run = useMutation({
    onMutate: feed.beforeChange,
    mutationFn: ({ span, from }: { readonly span: Span; readonly from: BulkProgress }) => {
      stopping.current = new AbortController();
      return retryInBulk(api, webhook.id, { status, ...span }, from, stopping.current.signal, setProgress);
    },
    onSettled: feed.refresh,
  });
  const { variables } = run;
  const isOver = run.isSuccess && progress.nextCursor === undefined;
  const isHalfway = !run.isPending && variables !== undefined && !isOver;
  const waiting = webhook.health[status];

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
                onClick={() =>
                  run.mutate(
                    isHalfway
                      ? { span: variables.span, from: progress }
                      : { span: spanOf(range, Date.now()), from: NOTHING_YET },
                  )
                }
              >
                {isHalfway ? 'Go on' : 'Retry'}
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
              { value: 'failed', label: `Failed${inAll(failed)}`, disabled: variables !== undefined },
              { value: 'held', label: `Held${inAll(held)}`, disabled: variables !== undefined },
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
        {variables !== undefined && (
          <ProgressBar
            label="On their way again"
            status={isOver ? 'success' : 'in-progress'}
            value={isOver ? 100 : shareOf(progress.retried, waiting.count)}
            additionalInfo={`${progress.retried.toLocaleString('en')} so far`}
            resultText={overWords(progress.retried)}
          />
        )}
      </SpaceBetween>
    </Modal>
  );
}

/** Of all that wait, the span may hold fewer: a bound, not a promise. */
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
