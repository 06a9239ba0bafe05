/** Integrations: a card for each connected webhook, those that need attention first. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { useFormats, useWebhooks } from '../api/queries.ts';
import { useFollow } from '../frame/follow.ts';
import { useNarrow } from '../frame/narrow.ts';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useUrlState } from '../frame/url-state.ts';
import { paths } from '../paths.ts';
import { AlertRule } from './alert-rule.tsx';
import { byUrgency } from './condition.ts';
import { CONDITION_WORDS, conditionKindOf, countByCondition, findIntegrations } from './find-integrations.ts';
import {
  CardCondition,
  CardDestination,
  CardFailures,
  CardHeader,
  CardLastDelivery,
  CardWaiting,
} from './integration-card.tsx';
import { UnreadFindings } from './unread-findings.tsx';

/** Breakpoints of the room that the cards have, in pixels. */
const CARDS_PER_ROW = [{ cards: 1 }, { minWidth: 640, cards: 2 }, { minWidth: 1_280, cards: 3 }];

export function IntegrationsPage() {
  const webhooks = useWebhooks();
  const { data: formats = [] } = useFormats();
  const { data } = webhooks;
  return (
    <Page
      title="Integrations"
      {...(data && { counter: `(${data.webhooks.length} of ${data.limit})` })}
      description="Webhooks that your findings are sent to."
      actions={<BrowseButton />}
    >
      <QueryResult question={webhooks} what="integrations">
        {({ webhooks: all, unreadFindings }) =>
          all.length === 0 ? (
            <NothingYet />
          ) : (
            <SpaceBetween size="l">
              {unreadFindings && <UnreadFindings {...unreadFindings} />}
              <Found webhooks={all} formats={formats} />
            </SpaceBetween>
          )
        }
      </QueryResult>
    </Page>
  );
}

interface FoundProps {
  readonly webhooks: readonly WebhookResponse[];
  readonly formats: readonly FormatResponse[];
}

/** What the address asks for. Few integrations need no search. */
function Found({ webhooks, formats }: FoundProps) {
  const [{ search = '', state }, set] = useUrlState(['search', 'state']);
  const titleOf = (id: string) => formats.find((format) => format.id === id)?.title ?? id;
  const kind = conditionKindOf(state);
  const found = findIntegrations(webhooks, titleOf, search, kind);
  return (
    <SpaceBetween size="l">
      <search className="filters">
        <div className="filter-wide">
          <TextFilter
            filteringText={search}
            filteringPlaceholder="Find an integration by name, host or kind"
            filteringAriaLabel="Find an integration"
            filteringClearAriaLabel="Clear the search"
            countText={found.length === webhooks.length ? '' : `${found.length} of ${webhooks.length}`}
            onChange={({ detail }) => set({ search: detail.filteringText }, { replace: true })}
          />
        </div>
        <nav aria-label="States" className="states">
          <StateLink isChosen={kind === undefined} onChoose={() => set({ state: undefined })}>
            {`All ${webhooks.length}`}
          </StateLink>
          {countByCondition(webhooks).map(({ kind: each, count }) => (
            <StateLink key={each} isChosen={kind === each} onChoose={() => set({ state: each })}>
              {`${count} ${CONDITION_WORDS[each]}`}
            </StateLink>
          ))}
        </nav>
      </search>
      {found.length === 0 ? (
        <SpaceBetween size="s">
          <Box>No integration is so.</Box>
          <Button onClick={() => set({ search: undefined, state: undefined })}>Show all</Button>
        </SpaceBetween>
      ) : (
        <IntegrationCards webhooks={found} titleOf={titleOf} />
      )}
    </SpaceBetween>
  );
}

interface StateLinkProps {
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children: string;
}

function StateLink({ isChosen, onChoose, children }: StateLinkProps) {
  return (
    <button type="button" className="state" aria-pressed={isChosen} onClick={onChoose}>
      {children}
    </button>
  );
}

interface IntegrationCardsProps {
  readonly webhooks: readonly WebhookResponse[];
  readonly titleOf: (format: string) => string;
}

function IntegrationCards({ webhooks, titleOf }: IntegrationCardsProps) {
  // Two columns of controls would be too small to be read, or to be hit by a thumb.
  const controlsWidth = useNarrow() ? 100 : 50;
  return (
    <Cards
      items={webhooks.toSorted(byUrgency)}
      trackBy="id"
      cardsPerRow={CARDS_PER_ROW}
      ariaLabels={{
        itemSelectionLabel: (_, { name }) => name,
        selectionGroupLabel: 'Integrations',
        cardsLabel: 'Integrations',
      }}
      cardDefinition={{
        header: (webhook) => <CardHeader webhook={webhook} />,
        sections: [
          { id: 'condition', header: 'State', content: (webhook) => <CardCondition webhook={webhook} /> },
          {
            id: 'destination',
            header: 'Destination',
            content: (webhook) => <CardDestination webhook={webhook} formatTitle={titleOf(webhook.format)} />,
            width: 50,
          },
          {
            id: 'last',
            header: 'Last delivery',
            content: (webhook) => (
              <>
                <CardLastDelivery webhook={webhook} />
                <CardWaiting webhook={webhook} />
              </>
            ),
            width: 50,
          },
          {
            id: 'alerts',
            header: 'Alert rule',
            content: (webhook) => (
              <Box padding={{ right: 'm' }}>
                <AlertRule webhook={webhook} />
              </Box>
            ),
            width: controlsWidth,
          },
          {
            id: 'failures',
            header: 'Waiting for you',
            content: (webhook) => <CardFailures webhook={webhook} />,
            width: controlsWidth,
          },
        ],
      }}
    />
  );
}

function NothingYet() {
  return (
    <Box textAlign="center" padding="xxl">
      <SpaceBetween size="m">
        <Box variant="h2">Connect your first webhook</Box>
        <Box variant="p" color="text-body-secondary">
          Choose where your findings go, enter its URL, then turn alerts on.
        </Box>
        <BrowseButton />
      </SpaceBetween>
    </Box>
  );
}

function BrowseButton() {
  const follow = useFollow();
  return (
    <Button variant="primary" href={paths.browse} onFollow={follow}>
      Browse
    </Button>
  );
}
