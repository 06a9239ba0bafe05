/** Every attempt of a delivery: when, what came of it, how long it took, and what the receiver said. */
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import type { DeliveryDetailResponse } from '../../shared/api/delivery-responses.schema.ts';
import { Code } from '../frame/code.tsx';
import { useNarrow } from '../frame/narrow.ts';
import { tame } from '../frame/tame.ts';
import { Instant } from '../time/instant.tsx';
import { attemptWords } from './delivery-words.ts';

type Attempt = DeliveryDetailResponse['attemptLog'][number];

type Column = TableProps.ColumnDefinition<Attempt>;

export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const isNarrow = useNarrow();
  // Said above the table already.
  const latestAdvice = attempts.at(-1)?.advice;
  const said = (attempt: Attempt) => <Said attempt={attempt} isAdvised={attempt.advice !== latestAdvice} />;
  return (
    <Table
      items={attempts}
      trackBy={({ number }) => String(number)}
      wrapLines
      ariaLabels={{ tableLabel: 'Attempts' }}
      header={
        <Header variant="h2" counter={`(${attempts.length})`}>
          Attempts
        </Header>
      }
      empty={<Box>None yet.</Box>}
      columnDefinitions={isNarrow ? narrowColumns(said) : wideColumns(said)}
    />
  );
}

const NUMBER: Column = { id: 'number', header: 'No.', isRowHeader: true, width: 60, cell: ({ number }) => number };

function wideColumns(said: (attempt: Attempt) => ReactNode): readonly Column[] {
  return [
    NUMBER,
    { id: 'at', header: 'Attempted', minWidth: 185, cell: ({ at }) => <Instant at={at} /> },
    { id: 'result', header: 'Result', minWidth: 150, cell: (attempt) => <Result attempt={attempt} /> },
    { id: 'millis', header: 'Took', minWidth: 100, cell: (attempt) => <Took attempt={attempt} /> },
    { id: 'answer', header: 'Response', minWidth: 240, cell: said },
  ];
}

/** The same, one below the other, so that no reader has to scroll sideways. */
function narrowColumns(said: (attempt: Attempt) => ReactNode): readonly Column[] {
  return [
    NUMBER,
    {
      id: 'result',
      header: 'Attempt',
      cell: (attempt) => (
        <>
          <Result attempt={attempt} />
          <Box variant="small" display="block">
            <Instant at={attempt.at} />, took <Took attempt={attempt} />
          </Box>
          {said(attempt)}
        </>
      ),
    },
  ];
}

function Took({ attempt: { millis } }: { readonly attempt: Attempt }) {
  return <span className="figure">{millis.toLocaleString('en')} ms</span>;
}

/** Only failures come with advice. */
function Result({ attempt }: { readonly attempt: Attempt }) {
  return (
    <>
      <StatusIndicator type={attempt.advice === undefined ? 'success' : 'error'}>
        {attemptWords(attempt)}
      </StatusIndicator>
      {attempt.isDuplicate === true && (
        <Box variant="small" display="block">
          A success that came in late
        </Box>
      )}
    </>
  );
}

interface SaidProps {
  readonly attempt: Attempt;
  readonly isAdvised: boolean;
}

function Said({ attempt: { number, advice, answer, code, location }, isAdvised }: SaidProps) {
  return (
    <>
      {isAdvised && advice}
      {location !== undefined && <Box variant="small" display="block">{`It redirects to ${tame(location)}`}</Box>}
      {code !== undefined && <Box variant="small" display="block">{`Technical code: ${code}`}</Box>}
      {answer !== undefined && answer !== '' && (
        <ExpandableSection variant="inline" headerText="Response" headerAriaLabel={`Response to attempt ${number}`}>
          <Code label={`Response to attempt ${number}`} text={answer} />
        </ExpandableSection>
      )}
    </>
  );
}
