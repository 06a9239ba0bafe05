/** One delivery: what became of it, every attempt with its advice, the finding, and the request as it went out. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import type { DeliveryDetailResponse } from '../../shared/api/delivery-responses.schema.ts';
import { EVENT_WORDS } from '../../shared/finding/lifecycle.ts';
import { useDelivery, useWebhook } from '../api/queries.ts';
import { Facts } from '../frame/facts.tsx';
import { Id } from '../frame/id.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { severityWords } from '../integrations/severity-words.ts';
import { paths } from '../paths.ts';
import { Expected, Instant } from '../time/instant.tsx';
import { zoneName } from '../time/instant-words.ts';
import { AttemptTable } from './attempt-table.tsx';
import { DeliveryStatusIndicator } from './delivery-status.tsx';
import { digestOfDelivery, reasonWords } from './delivery-words.ts';
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
              description="As the integration is configured now. Secrets are masked; custom headers are left out."
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
        <Alert type="info" header={reason === 'superseded' ? 'Superseded' : 'Cancelled'}>
          {reason === undefined ? 'It was not sent.' : `It was not sent. ${reasonWords(reason)}`}
        </Alert>
      );
  }
}

function factsOf(delivery: DeliveryDetailResponse) {
  const {
    id,
    status,
    event,
    revision,
    detectedAt,
    arrivedAt,
    lastAttemptAt,
    nextAttemptAt,
    waiting,
    failedAt,
    attempts,
    attemptLimit,
  } = delivery;
  const digest = digestOfDelivery(delivery);
  return [
    { label: 'Status', value: <DeliveryStatusIndicator delivery={delivery} /> },
    { label: 'Event', value: `${EVENT_WORDS[event]}, revision ${revision}` },
    { label: 'Attempts', value: `${attempts} of at most ${attemptLimit}` },
    { label: 'Delivery (webhook-id)', value: <Id id={id} what="the delivery’s id" /> },
    { label: `Detected (${zoneName()})`, value: <Instant at={detectedAt} /> },
    ...(arrivedAt === undefined ? [] : [{ label: 'Arrived', value: <Instant at={arrivedAt} /> }]),
    ...(lastAttemptAt === undefined ? [] : [{ label: 'Attempted last', value: <Instant at={lastAttemptAt} /> }]),
    ...(digest === undefined ? [] : [{ label: 'Digest', value: digest }]),
    ...(waiting === undefined ? [] : [{ label: 'Waiting since', value: <Instant at={waiting.since} /> }]),
    ...(nextAttemptAt === undefined || status !== 'pending' || waiting !== undefined
      ? []
      : [{ label: 'Next attempt', value: <Instant at={nextAttemptAt} /> }]),
    ...(failedAt === undefined
      ? []
      : [{ label: status === 'held' ? 'Held since' : 'Failed', value: <Instant at={failedAt} /> }]),
  ];
}

type PublishedFinding = DeliveryDetailResponse['finding'];

function Finding({ finding }: { readonly finding: PublishedFinding }) {
  const { id, severity, affected, alsoAffected = [], platform, platforms = [], category, description } = finding;
  const { url, remediation, attributes = {} } = finding;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Every field of it that was sent."
          actions={url !== undefined && <OutsideLink href={url}>Open it in Thalian</OutsideLink>}
        >
          Finding
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Facts
          items={[
            { label: 'Finding', value: <Id id={id} what="the finding’s id" /> },
            { label: 'Severity', value: `${severityWords(severity.level)}, ${severity.score} of 100` },
            { label: 'Platform', value: <Words text={[platform, ...platforms].join(', ')} /> },
            ...(category === undefined ? [] : [{ label: 'Category', value: <Words text={category} /> }]),
            {
              label: affected.type === 'identity' ? 'Affected identity' : 'Affected asset',
              value: <AffectedWords affected={affected} />,
            },
            ...alsoAffected.map((other, index) => ({
              label: `Also affected (${index + 1} of ${alsoAffected.length})`,
              value: <AffectedWords affected={other} />,
            })),
            ...Object.entries(attributes).map(([name, value]) => ({ label: name, value: <Words text={value} /> })),
          ]}
        />
        {description !== undefined && <Passage label="Description" text={description} />}
        <Passage label="Remediation" text={remediation.summary || 'No guidance came with it.'} />
        {remediation.url !== undefined && <OutsideLink href={remediation.url}>The guidance in full</OutsideLink>}
      </SpaceBetween>
    </Container>
  );
}

/** Text of other systems may run from right to left: it must not turn what stands around it. */
function Words({ text }: { readonly text: string }) {
  return <bdi className="unbroken">{text}</bdi>;
}

function Passage({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <p className="unbroken passage" dir="auto">
        {text}
      </p>
    </div>
  );
}

function AffectedWords({
  affected: { id, name, type, originalType },
}: {
  readonly affected: PublishedFinding['affected'];
}) {
  return (
    <>
      <Words text={name || id} />
      <Box variant="small" display="block">
        {originalType ?? type}
        {name !== '' && name !== id && (
          <>
            {', '}
            <Words text={id} />
          </>
        )}
      </Box>
    </>
  );
}

/** Only to an https page; a finding's text decides where it leads. */
function OutsideLink({ href, children }: { readonly href: string; readonly children: string }) {
  return href.startsWith('https://') ? (
    <Link href={href} external externalIconAriaLabel="Opens in a new tab">
      {children}
    </Link>
  ) : null;
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
