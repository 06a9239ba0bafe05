/** Every attempt of a delivery: when, what came of it, how long it took, and what the receiver said. */
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { DeliveryDetailAnswer } from '../../shared/contract/api/delivery-answers.ts';
import { Code } from '../frame/code.tsx';
import { Instant } from '../time/instant.tsx';
import { attemptWords } from './delivery-words.ts';

type Attempt = DeliveryDetailAnswer['attemptLog'][number];

export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
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
      columnDefinitions={[
        { id: 'number', header: 'No.', isRowHeader: true, minWidth: 60, cell: ({ number }) => number },
        { id: 'at', header: 'Attempted', minWidth: 190, cell: ({ at }) => <Instant at={at} /> },
        { id: 'result', header: 'Result', minWidth: 150, cell: (attempt) => <Result attempt={attempt} /> },
        { id: 'millis', header: 'Took', minWidth: 80, cell: ({ millis }) => `${millis.toLocaleString('en')} ms` },
        { id: 'answer', header: 'What to do', minWidth: 260, cell: (attempt) => <Said attempt={attempt} /> },
      ]}
    />
  );
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

function Said({ attempt: { advice, answer } }: { readonly attempt: Attempt }) {
  return (
    <>
      {advice ?? '–'}
      {answer !== undefined && answer !== '' && (
        <ExpandableSection headerText="Beginning of the answer">
          <Code label="Answer" text={answer} />
        </ExpandableSection>
      )}
    </>
  );
}
