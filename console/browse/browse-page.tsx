/** Browse: every kind of destination that the service knows, with a search. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { useFormats } from '../api/queries.ts';
import { useFollow } from '../frame/follow.ts';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { paths } from '../paths.ts';
import { matchFormats } from './match-formats.ts';

const CARDS_PER_ROW = [{ cards: 1 }, { minWidth: 640, cards: 2 }, { minWidth: 1_000, cards: 3 }];

export function BrowsePage() {
  const formats = useFormats();
  return (
    <Page
      title="Browse"
      description="Kinds of systems that your findings can be sent to."
      above={[{ text: 'Integrations', href: paths.integrations }]}
    >
      <QueryResult question={formats} what="the catalogue">
        {(all) => <Catalogue formats={all} />}
      </QueryResult>
    </Page>
  );
}

function Catalogue({ formats }: { readonly formats: readonly FormatResponse[] }) {
  const [search, setSearch] = useState('');
  const found = matchFormats(formats, search);
  return (
    <Cards
      items={found}
      trackBy="id"
      cardsPerRow={CARDS_PER_ROW}
      ariaLabels={{
        itemSelectionLabel: (_, { title }) => title,
        selectionGroupLabel: 'Kinds of destination',
        cardsLabel: 'Kinds of destination',
      }}
      header={<Header counter={`(${found.length})`}>Kinds of destination</Header>}
      filter={
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Find a destination, such as Slack"
          filteringAriaLabel="Find a destination"
          countText={search === '' ? '' : `${found.length} of ${formats.length}`}
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
      }
      empty={
        <SpaceBetween size="s">
          <Box>Nothing is called “{search}”. Any receiver of your own takes the kind Webhook (JSON).</Box>
          <Button onClick={() => setSearch('')}>Clear the search</Button>
        </SpaceBetween>
      }
      cardDefinition={{
        header: ({ title }) => <Box variant="h3">{title}</Box>,
        sections: [
          { id: 'summary', content: ({ summary }) => summary },
          { id: 'connect', content: (format) => <ConnectButton format={format} /> },
        ],
      }}
    />
  );
}

function ConnectButton({ format: { id, title } }: { readonly format: FormatResponse }) {
  const follow = useFollow();
  return (
    <Button href={paths.connect(id)} onFollow={follow} ariaLabel={`Connect ${title}`} {...useWriteGuard()}>
      Connect
    </Button>
  );
}
