/** Browse: every kind of destination that the service knows, by what it is for, with a search. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { useFormats } from '../api/queries.ts';
import { NoPermission } from '../connect/before-typing.tsx';
import { useFollow } from '../frame/follow.ts';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useWriteGuard } from '../frame/session-context.tsx';
import { useUrlState } from '../frame/url-state.ts';
import { paths } from '../paths.ts';
import { groupFormats } from './group-formats.ts';
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
  const [{ search = '' }, set] = useUrlState(['search']);
  const found = matchFormats(formats, search);
  return (
    <SpaceBetween size="l">
      <NoPermission />
      <search>
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Find a destination, such as Slack"
          filteringAriaLabel="Find a destination"
          filteringClearAriaLabel="Clear the search"
          countText={search === '' ? '' : `${found.length} of ${formats.length}`}
          onChange={({ detail }) => set({ search: detail.filteringText }, { replace: true })}
        />
      </search>
      {groupFormats(found).map(({ use, title, formats: ofUse }) => (
        <section key={use} aria-label={title}>
          <SpaceBetween size="s">
            <Header counter={`(${ofUse.length})`}>{title}</Header>
            <Cards
              items={ofUse}
              trackBy="id"
              cardsPerRow={CARDS_PER_ROW}
              ariaLabels={{
                itemSelectionLabel: (_, format) => format.title,
                selectionGroupLabel: title,
                cardsLabel: title,
              }}
              cardDefinition={{
                header: (format) => (
                  <Box variant="h3">
                    <span className="mark" data-use={use} aria-hidden>
                      {markOf(format.title)}
                    </span>
                    {format.title}
                  </Box>
                ),
                sections: [
                  { id: 'summary', content: ({ summary }) => summary },
                  { id: 'connect', content: (format) => <ConnectButton format={format} /> },
                ],
              }}
            />
          </SpaceBetween>
        </section>
      ))}
      {found.length === 0 && (
        <SpaceBetween size="s">
          <Box>Nothing is called “{search}”. Any receiver of your own takes the kind Webhook (JSON).</Box>
          <Button onClick={() => set({ search: undefined })}>Clear the search</Button>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

/** Vendors' logos are theirs: the initials, in the colour of the group. */
function markOf(title: string): string {
  const words = title.match(/[A-Z][A-Za-z]*/g) ?? [];
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0))
    .join('');
}

function ConnectButton({ format: { id, title } }: { readonly format: FormatResponse }) {
  const follow = useFollow();
  return (
    <Button href={paths.connect(id)} onFollow={follow} ariaLabel={`Connect ${title}`} {...useWriteGuard()}>
      Connect
    </Button>
  );
}
