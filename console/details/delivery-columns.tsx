/** The columns of the delivery log: several where there is room, a single stacked column where there is not. */
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { eventPrefix } from '../../shared/finding/lifecycle.ts';
import { DeliveryStatusIndicator } from '../delivery/delivery-status.tsx';
import { digestOfDelivery, resultWords } from '../delivery/delivery-words.ts';
import { RetryButton } from '../delivery/retry-button.tsx';
import { aheadWords, upperFirst } from '../delivery/waiting-words.ts';
import { useFollow } from '../frame/follow.ts';
import { severityWords } from '../integrations/severity-words.ts';
import { paths } from '../paths.ts';
import { Due, Expected, Instant } from '../time/instant.tsx';

type Column = TableProps.ColumnDefinition<DeliveryResponse>;

export function wideColumns({ id: webhookId }: WebhookResponse): readonly Column[] {
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
    { id: 'detected', header: 'Detected', minWidth: 185, cell: (delivery) => <Detected delivery={delivery} /> },
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
export function stackedColumns({ id: webhookId }: WebhookResponse): readonly Column[] {
  return [
    {
      id: 'delivery',
      header: 'Delivery',
      isRowHeader: true,
      cell: (delivery) => (
        <SpaceBetween size="xxs">
          <FindingLink webhookId={webhookId} delivery={delivery} />
          <SpaceBetween size="s" direction="horizontal" alignItems="center">
            <DeliveryStatusIndicator delivery={delivery} />
            <RetryButton webhookId={webhookId} delivery={delivery} variant="inline-link" />
          </SpaceBetween>
          <div>
            <Result delivery={delivery} />
          </div>
          <Box variant="small" display="block">
            Detected <Detected delivery={delivery} />
          </Box>
          <Box variant="small" display="block">
            Attempted <Attempted delivery={delivery} />
          </Box>
        </SpaceBetween>
      ),
    },
  ];
}

function Detected({ delivery: { detectedAt, arrivedAt } }: { readonly delivery: DeliveryResponse }) {
  return (
    <>
      <Instant at={detectedAt} />
      {arrivedAt !== undefined && (
        <Box variant="small" display="block">
          arrived <Instant at={arrivedAt} />
        </Box>
      )}
    </>
  );
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
        <span className="unbroken clamped" dir="auto" title={title}>
          {eventPrefix(delivery)}
          {title}
        </span>
      </Link>
      <Box variant="small" display="block">
        {severityWords(severity.level)} · <bdi className="unbroken">{platform}</bdi>
      </Box>
    </>
  );
}

function Result({ delivery }: { readonly delivery: DeliveryResponse }) {
  const { attempts, attemptLimit, nextAttemptAt, status, waiting } = delivery;
  const digest = digestOfDelivery(delivery);
  return (
    <>
      {resultWords(delivery)}
      <Box variant="small" display="block">
        {attempts} of {attemptLimit} attempts
      </Box>
      {digest !== undefined && (
        <Box variant="small" display="block">
          {digest}
        </Box>
      )}
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
