/** What a card shows of an integration: where it leads, its state, and what failed with a way to try it again. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useLatestFailures } from '../api/queries.ts';
import { resultWords } from '../delivery/delivery-words.ts';
import { RetryButton } from '../delivery/retry-button.tsx';
import { useFollow } from '../frame/follow.ts';
import { paths } from '../paths.ts';
import { Ago, Due, Expected } from '../time/instant.tsx';
import { conditionOf, countWords, UNREAD } from './condition.ts';
import { ConditionIndicator } from './condition-indicator.tsx';

interface WebhookProps {
  readonly webhook: WebhookResponse;
}

export function CardHeader({ webhook }: WebhookProps) {
  const follow = useFollow();
  return (
    <Box variant="h2" padding="n">
      <Link variant="primary" fontSize="heading-m" href={paths.integration(webhook.id)} onFollow={follow}>
        <span className="unbroken clamped" dir="auto" title={webhook.name}>
          {webhook.name}
        </span>
      </Link>
    </Box>
  );
}

/** Red all over where attention is needed: of many cards the eye finds that one first. */
export function CardCondition({ webhook }: WebhookProps) {
  const condition = conditionOf(webhook);
  const { kind, label, sentence } = condition;
  if (kind === 'failing' || kind === 'disabled') {
    return (
      <Box margin={{ top: 'xxs' }}>
        <Alert type="error" header={label}>
          {sentence}
        </Alert>
      </Box>
    );
  }
  return (
    <>
      <ConditionIndicator condition={condition} />
      {sentence !== undefined && (
        <Box variant="small" display="block">
          {sentence}
        </Box>
      )}
    </>
  );
}

export function CardDestination({ webhook, formatTitle }: WebhookProps & { readonly formatTitle: string }) {
  return (
    <>
      <div className="unbroken">{new URL(webhook.url).host}</div>
      <Box variant="small">{formatTitle}</Box>
    </>
  );
}

export function CardLastDelivery({ webhook }: WebhookProps) {
  const { lastDelivery, nextRetryAt, isIncomplete } = webhook.health;
  const follow = useFollow();
  if (lastDelivery === undefined) {
    return <Box color="text-body-secondary">{isIncomplete ? UNREAD : 'None yet'}</Box>;
  }
  const { id, status, detectedAt, attemptedAt } = lastDelivery;
  return (
    <>
      <Link
        href={paths.delivery(webhook.id, id)}
        onFollow={follow}
        ariaLabel={`${status}: the last delivery of ${webhook.name}`}
      >
        {status}
      </Link>
      {', '}
      {attemptedAt === undefined ? 'detected ' : 'attempted '}
      <Ago at={attemptedAt ?? detectedAt} />
      {nextRetryAt !== undefined && (
        <Box variant="small" display="block">
          Next retry <Due at={nextRetryAt} />
        </Box>
      )}
    </>
  );
}

/** Below the last delivery: what came after it waits for the pace, and needs no attention. */
export function CardWaiting({ webhook: { health } }: WebhookProps) {
  return (
    health.waiting && (
      <Box variant="small" display="block">
        {countWords(health.waiting)} waiting for their turn, the last <Expected at={health.waiting.expectedAt} />
      </Box>
    )
  );
}

/** Nothing at all if nothing waits: a card in order stays short. */
export function CardFailures({ webhook }: WebhookProps) {
  const { failed, held, isIncomplete } = webhook.health;
  const status = failed.count > 0 ? 'failed' : 'held';
  const waiting = webhook.health[status];
  const { data } = useLatestFailures(webhook.id, status, waiting.count);
  const follow = useFollow();
  if (waiting.count === 0) {
    return <Box color="text-body-secondary">{isIncomplete ? UNREAD : 'None'}</Box>;
  }
  const rest = waiting.count - (data?.deliveries.length ?? 0);
  return (
    <SpaceBetween size="xs">
      <StatusIndicator type={status === 'failed' ? 'error' : 'warning'}>
        {countWords(failed)} failed{held.count > 0 && `, ${countWords(held)} held`}
      </StatusIndicator>
      {data?.deliveries.map((delivery) => (
        <FailedDelivery key={delivery.id} webhookId={webhook.id} delivery={delivery} />
      ))}
      {rest > 0 && (
        <Link
          href={`${paths.integration(webhook.id)}?status=${status}`}
          onFollow={follow}
          ariaLabel={`${countWords({ ...waiting, count: rest })} more of ${webhook.name}`}
        >
          {countWords({ ...waiting, count: rest })} more
        </Link>
      )}
    </SpaceBetween>
  );
}

function FailedDelivery({ webhookId, delivery }: { readonly webhookId: string; readonly delivery: DeliveryResponse }) {
  const follow = useFollow();
  const { id, finding, failedAt } = delivery;
  return (
    <div>
      <div className="unbroken clamped" dir="auto" title={finding.title}>
        {finding.title}
      </div>
      <Box variant="small" display="block">
        {resultWords(delivery)}
        {failedAt !== undefined && (
          <>
            {' · '}
            <Ago at={failedAt} />
          </>
        )}
      </Box>
      <SpaceBetween size="s" direction="horizontal" alignItems="center">
        <Link href={paths.delivery(webhookId, id)} onFollow={follow} ariaLabel={`See why: ${finding.title}`}>
          See why
        </Link>
        <RetryButton webhookId={webhookId} delivery={delivery} variant="inline-link" />
      </SpaceBetween>
    </div>
  );
}
