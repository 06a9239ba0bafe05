/** The card opened: how the integration fares, its alert rule, the hours, the log, and what can be done with it. */
import Alert, { type AlertProps } from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import LiveRegion from '@cloudscape-design/components/live-region';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Suspense } from 'react';
import { useParams } from 'wouter';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useDeliveryLog, useFormats, useStats, useWebhook } from '../api/queries.ts';
import { HOW_TO_DROP } from '../delivery/waiting-words.ts';
import { lazily } from '../frame/lazily.tsx';
import { Page } from '../frame/page.tsx';
import { Loading, QueryResult } from '../frame/query-result.tsx';
import { useUrlState } from '../frame/url-state.ts';
import { AlertRule } from '../integrations/alert-rule.tsx';
import { type ConditionKind, conditionOf, countWords, UNREAD } from '../integrations/condition.ts';
import { ConditionIndicator } from '../integrations/condition-indicator.tsx';
import { CardLastDelivery } from '../integrations/integration-card.tsx';
import { paths } from '../paths.ts';
import { Expected, Instant } from '../time/instant.tsx';
import { Actions } from './actions.tsx';
import { AlertLists } from './alert-lists.tsx';
import { CHART_PARAMETERS, statsQueryOf } from './chart-query.ts';
import { Configuration } from './configuration.tsx';
import { DeliveryLog, useShowStatus } from './delivery-log.tsx';
import { LOG_PARAMETERS, logQueryOf } from './log-query.ts';
import { Unverified } from './unverified.tsx';

/** It brings the largest part of the library that this page needs. */
const HourlyChart = lazily('HourlyChart', () => import('./hourly-chart.tsx'));

const ALERTS: Readonly<Record<ConditionKind, AlertProps.Type>> = {
  failing: 'error',
  disabled: 'error',
  paused: 'info',
  unread: 'warning',
  new: 'info',
  healthy: 'success',
};

export function IntegrationPage() {
  const { webhookId = '' } = useParams();
  const question = useWebhook(webhookId);
  const opening = useOpening(webhookId);
  const webhook = question.data;
  return (
    <Page
      title={webhook?.name ?? 'Integration'}
      above={[{ text: 'Integrations', href: paths.integrations }]}
      actions={webhook && <Actions webhook={webhook} />}
    >
      <QueryResult question={question} what="the integration">
        {(known) => <Integration webhook={known} {...opening} />}
      </QueryResult>
    </Page>
  );
}

/** Read together with the webhook, by one request, though its parts are drawn later. */
function useOpening(webhookId: string) {
  useFormats();
  return {
    log: useDeliveryLog(webhookId, logQueryOf(useUrlState(LOG_PARAMETERS)[0])),
    stats: useStats(webhookId, statsQueryOf(useUrlState(CHART_PARAMETERS)[0])),
  };
}

interface IntegrationProps extends ReturnType<typeof useOpening> {
  readonly webhook: WebhookResponse;
}

function Integration({ webhook, log, stats }: IntegrationProps) {
  const condition = conditionOf(webhook);
  const showStatus = useShowStatus();
  const isSilent = webhook.state === 'enabled' && !webhook.alerts.enabled;
  return (
    <SpaceBetween size="l">
      <LiveRegion hidden>{`The state is: ${condition.label}`}</LiveRegion>
      {condition.sentence !== undefined && (
        <Alert type={ALERTS[condition.kind]} header={condition.label}>
          {condition.sentence}
        </Alert>
      )}
      {webhook.challenge?.isVerified === false && <Unverified webhook={webhook} />}
      {isSilent && webhook.challenge?.isVerified !== false && (
        <Alert type="info" header="Alerts are off">
          Nothing is sent. Turn alerts on and set the severity threshold below.
        </Alert>
      )}
      <ColumnLayout columns={2}>
        <Container
          fitHeight
          header={
            <Header variant="h2" description="Findings at or above the threshold are sent; lists narrow them further.">
              Alert rule
            </Header>
          }
        >
          <SpaceBetween size="m">
            <AlertRule webhook={webhook} />
            <AlertLists webhook={webhook} />
          </SpaceBetween>
        </Container>
        <Container fitHeight header={<Header variant="h2">Deliveries</Header>}>
          <KeyValuePairs
            columns={2}
            // Beside the alert rule on a narrow page two would be slivers.
            minColumnWidth={180}
            items={[
              { label: 'State', value: <ConditionIndicator condition={condition} /> },
              { label: 'Last delivery', value: <CardLastDelivery webhook={webhook} /> },
              { label: 'Waiting for you', value: <Waiting webhook={webhook} onShow={showStatus} /> },
              ...waitingForTurn(webhook),
              ...failingSince(webhook),
            ]}
          />
        </Container>
      </ColumnLayout>
      <Suspense fallback={<Loading what="the chart" />}>
        <HourlyChart stats={stats} />
      </Suspense>
      <DeliveryLog webhook={webhook} log={log} />
      <Configuration webhook={webhook} />
    </SpaceBetween>
  );
}

interface WaitingProps {
  readonly webhook: WebhookResponse;
  readonly onShow: (status: 'failed' | 'held') => void;
}

function Waiting({ webhook: { health }, onShow }: WaitingProps) {
  const waiting = (['failed', 'held'] as const).filter((status) => health[status].count > 0);
  if (waiting.length === 0) {
    return health.isIncomplete ? UNREAD : 'Nothing';
  }
  return waiting.map((status) => (
    <div key={status}>
      <StatusIndicator type={status === 'failed' ? 'error' : 'warning'}>
        {countWords(health[status])} {status}
      </StatusIndicator>{' '}
      <Button variant="inline-link" ariaLabel={`Show the ${status} deliveries`} onClick={() => onShow(status)}>
        Show
      </Button>
    </div>
  ));
}

function waitingForTurn({ health: { waiting } }: WebhookResponse) {
  if (waiting === undefined) {
    return [];
  }
  const value = (
    <>
      {countWords(waiting)}, the last of them <Expected at={waiting.expectedAt} />
      <Box variant="small" display="block">
        {HOW_TO_DROP}
      </Box>
    </>
  );
  return [{ label: 'Waiting for their turn', value }];
}

function failingSince({ health: { failingSince: since } }: WebhookResponse) {
  return since === undefined ? [] : [{ label: 'Failing since', value: <Instant at={since} /> }];
}
