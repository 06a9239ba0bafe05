/** One delivery: what became of it, every attempt with its advice, the finding, and the request as it went out. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import type { DeliveryDetailResponse } from '../../shared/api/delivery-responses.schema.ts';
import { useDelivery, useWebhook } from '../api/queries.ts';
import { Facts } from '../frame/facts.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { severityWords } from '../integrations/severity-words.ts';
import { paths } from '../paths.ts';
import { Expected, Instant } from '../time/instant.tsx';
import { AttemptTable } from './attempt-table.tsx';
import { DeliveryStatusIndicator } from './delivery-status.tsx';
import { reasonWords } from './delivery-words.ts';
import { RequestView } from './request-view.tsx';
import { RetryButton } from './retry-button.tsx';
import { aheadWords, HOW_TO_DROP, upperFirst } from './waiting-words.ts';

export function DeliveryPage() {
  const { webhookId = '', deliveryId = '' } = useParams();
  const webhook = useWebhook(webhookId);
  const question = useDelivery(webhookId, deliveryId);
  const delivery = question.data;
  return (
    <Page
      title={delivery?.finding.title ?? 'Delivery'}
      description={webhook.data && `Delivery to ${webhook.data.name}`}
      above={[
        { text: 'Integrations', href: paths.integrations },
        { text: webhook.data?.name ?? webhookId, href: paths.integration(webhookId) },
      ]}
      actions={delivery && <RetryButton webhookId={webhookId} delivery={delivery} variant="primary" />}
    >
      <QueryResult question={question} what="the delivery">
        {(known) => <Delivery delivery={known} />}
      </QueryResult>
    </Page>
  );
}

function Delivery({ delivery }: { readonly delivery: DeliveryDetailResponse }) {
  const { attemptLog, request } = delivery;
  return (
    <SpaceBetween size="l">
      <Why delivery={delivery} />
      <Container header={<Header variant="h2">Delivery</Header>}>
        <Facts items={factsOf(delivery)} />
      </Container>
      <AttemptTable attempts={attemptLog} />
      {request !== undefined && (
        <Container
          header={
            <Header
              variant="h2"
              description="As the integration is configured now. Secrets are masked; its own headers are left out."
            >
              Request
            </Header>
          }
        >
          <RequestView request={request} />
        </Container>
      )}
      <Finding finding={delivery.finding} />
    </SpaceBetween>
  );
}

/** What is wrong and what to do about it, first of all. */
function Why({ delivery: { status, reason, attemptLog, waiting } }: { readonly delivery: DeliveryDetailResponse }) {
  const advice = attemptLog.at(-1)?.advice;
  if (waiting !== undefined) {
    return (
      <Alert type="info" header="Waiting for its turn">
        {upperFirst(aheadWords(waiting))}, expected <Expected at={waiting.expectedAt} />. {HOW_TO_DROP}
      </Alert>
    );
  }
  switch (status) {
    case 'delivered':
      return null;
    case 'pending':
      return advice === undefined ? null : (
        <Alert type="warning" header="The latest attempt failed">
          {advice}
        </Alert>
      );
    case 'failed':
      return (
        <Alert type="error" header={reason === undefined ? 'Failed' : `Failed: ${lowerFirst(reasonWords(reason))}`}>
          {advice ?? 'Retry it once the cause is removed.'}
        </Alert>
      );
    case 'held':
      return (
        <Alert type="warning" header="Held">
          {reason === undefined ? '' : reasonWords(reason)} Resume the integration, then retry.
        </Alert>
      );
    case 'cancelled':
      return (
        <Alert type="info" header="Cancelled">
          {reason === undefined ? 'It was not sent.' : `It was not sent. ${reasonWords(reason)}`}
        </Alert>
      );
  }
}

function factsOf(delivery: DeliveryDetailResponse) {
  const { id, status, detectedAt, lastAttemptAt, nextAttemptAt, waiting, failedAt, attempts, attemptLimit } = delivery;
  return [
    { label: 'Status', value: <DeliveryStatusIndicator delivery={delivery} /> },
    { label: 'Attempts', value: `${attempts} of at most ${attemptLimit}` },
    { label: 'Delivery (webhook-id)', value: <span className="unbroken">{id}</span> },
    { label: 'Detected', value: <Instant at={detectedAt} /> },
    ...(lastAttemptAt === undefined ? [] : [{ label: 'Attempted last', value: <Instant at={lastAttemptAt} /> }]),
    ...(waiting === undefined ? [] : [{ label: 'Waiting since', value: <Instant at={waiting.since} /> }]),
    ...(nextAttemptAt === undefined || status !== 'pending' || waiting !== undefined
      ? []
      : [{ label: 'Next attempt', value: <Instant at={nextAttemptAt} /> }]),
    ...(failedAt === undefined
      ? []
      : [{ label: status === 'held' ? 'Held since' : 'Failed', value: <Instant at={failedAt} /> }]),
  ];
}

function Finding({ finding }: { readonly finding: DeliveryDetailResponse['finding'] }) {
  const { id, severity, affected, platform, remediation } = finding;
  return (
    <ExpandableSection variant="container" headerText="Finding">
      <Facts
        items={[
          { label: 'Finding', value: <span className="unbroken">{id}</span> },
          { label: 'Severity', value: `${severityWords(severity.level)}, ${severity.score} of 100` },
          { label: 'Platform', value: <span className="unbroken">{platform}</span> },
          {
            label: affected.type === 'identity' ? 'Affected identity' : 'Affected asset',
            value: <span className="unbroken">{affected.name || affected.id}</span>,
          },
          {
            label: 'Remediation',
            value: <Box className="unbroken">{remediation.summary || 'No guidance came with it.'}</Box>,
          },
        ]}
      />
    </ExpandableSection>
  );
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
