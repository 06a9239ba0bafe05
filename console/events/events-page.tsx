/** Events: what happens to a finding and is sent, which fields it has, and what a destination makes of an example. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { EVENT_WORDS, FINDING_EVENTS, type FindingEventName } from '../../shared/finding/lifecycle.ts';
import { useApi } from '../api/api-context.ts';
import { useFormats } from '../api/queries.ts';
import { emptyDraft } from '../connect/draft.ts';
import { laidOut } from '../delivery/laid-out.ts';
import { Code } from '../frame/code.tsx';
import { Page } from '../frame/page.tsx';
import { QueryResult } from '../frame/query-result.tsx';
import { useUrlState } from '../frame/url-state.ts';
import { paths } from '../paths.ts';
import { findingFields } from './finding-fields.ts';

export function EventsPage() {
  const formats = useFormats();
  return (
    <Page
      title="Events"
      description="What your integrations are sent, and how to read it."
      above={[{ text: 'Integrations', href: paths.integrations }]}
    >
      <SpaceBetween size="l">
        <WhatHappens />
        <QueryResult question={formats} what="the example">
          {(all) => <Example formats={all} />}
        </QueryResult>
        <Fields />
      </SpaceBetween>
    </Page>
  );
}

const MEANINGS: Readonly<Record<FindingEventName, string>> = {
  detected: 'Thalian found it. Every integration gets it whose alert rule it passes.',
  updated: 'It changed, for example its severity. Integrations that chose updates get it, by their alert rule.',
  resolved:
    'It is solved. Integrations that chose it and were sent the finding before get it, whatever their threshold.',
  reopened: 'It is open again. Integrations that chose it get it, by their alert rule.',
};

function WhatHappens() {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Detections are always sent. The others are chosen in the settings of an integration, and need payload version 2."
        >
          What happens to a finding
        </Header>
      }
    >
      <dl className="terms">
        {FINDING_EVENTS.map((event) => (
          <div key={event}>
            <dt>{EVENT_WORDS[event]}</dt>
            <dd>{MEANINGS[event]}</dd>
          </div>
        ))}
      </dl>
    </Container>
  );
}

/** Made by the code that sends. The choice is in the address. */
function Example({ formats }: { readonly formats: readonly FormatResponse[] }) {
  const api = useApi();
  const [{ as }, set] = useUrlState(['as']);
  const format = formats.find(({ id }) => id === as) ?? formats.find(({ use }) => use === 'own') ?? formats[0];
  const options = formats.map(({ id, title }) => ({ value: id, label: title }));
  const example = useQuery({
    queryKey: ['example', format?.id],
    queryFn: () =>
      api.previewFormat(format?.id ?? '', { options: format === undefined ? {} : { ...emptyDraft(format).options } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Container
      header={
        <Header variant="h2" description="Of a sample that has every field. Nothing is sent.">
          An example
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FormField label="As it is sent to">
          <Select
            selectedOption={options.find(({ value }) => value === format?.id) ?? null}
            options={options}
            filteringType="auto"
            filteringAriaLabel="Find a destination"
            onChange={({ detail }) => set({ as: detail.selectedOption.value }, { replace: true })}
          />
        </FormField>
        <QueryResult question={example} what="the example">
          {({ body }) => <Code label={`Example for ${format?.title ?? ''}`} text={laidOut(body)} copies={body} />}
        </QueryResult>
      </SpaceBetween>
    </Container>
  );
}

function Fields() {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="In a JSON webhook they are below “data”. Other destinations show them in their own way."
        >
          The fields of a finding
        </Header>
      }
    >
      <dl className="terms">
        {findingFields().map(({ path, meaning, isOptional }) => (
          <div key={path}>
            <dt>
              <code className="unbroken">{path}</code>
            </dt>
            <dd>
              {meaning} {isOptional && <Box variant="small">(may be absent)</Box>}
            </dd>
          </div>
        ))}
      </dl>
    </Container>
  );
}
