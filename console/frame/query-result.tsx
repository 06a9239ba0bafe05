/** A read from the API in each of its states: under way, slow, failed with a way to repeat it, done. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { isProblem, messageOf, waitOf } from '../api/api-error.ts';

interface AnswerProps<Value> {
  readonly question: Pick<UseQueryResult<Value>, 'data' | 'error' | 'failureReason' | 'isFetching' | 'refetch'>;
  /** What is being loaded, as in "Loading integrations". */
  readonly what: string;
  readonly children: (value: Value) => ReactNode;
}

/** A response that could not be refreshed stays, with a word about it. */
export function QueryResult<Value>({ question, what, children }: AnswerProps<Value>) {
  const { data, error, failureReason } = question;
  const wait = error === null ? waitOf(failureReason) : undefined;
  return (
    <>
      {wait !== undefined && <Waiting seconds={wait.seconds} what={what} />}
      {error !== null && <Failure question={question} what={what} isStale={data !== undefined} />}
      {data === undefined ? error === null && wait === undefined && <Loading what={what} /> : children(data)}
    </>
  );
}

/** By then most people wonder whether anything is happening. */
const SLOW_MILLIS = 5_000;

export function Loading({ what }: { readonly what: string }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MILLIS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Box padding="l" textAlign="center" color="text-body-secondary">
      <StatusIndicator type="loading">
        {isSlow ? `Still loading ${what}: the network or the service is slow` : `Loading ${what}`}
      </StatusIndicator>
    </Box>
  );
}

/** Many people opened a page at once, or a program asks: the page is read by itself when the API has room again. */
function Waiting({ seconds, what }: { readonly seconds: number; readonly what: string }) {
  return (
    <Box padding="l" textAlign="center" color="text-body-secondary">
      <StatusIndicator type="pending">
        {`Your organisation makes many requests at the moment. Loading ${what} goes on by itself in ${secondsWords(seconds)}.`}
      </StatusIndicator>
    </Box>
  );
}

function secondsWords(seconds: number): string {
  return seconds === 1 ? 'a second' : `about ${seconds} seconds`;
}

interface FailureProps {
  readonly question: Pick<UseQueryResult, 'error' | 'isFetching' | 'refetch'>;
  readonly what: string;
  readonly isStale: boolean;
}

function Failure({ question: { error, isFetching, refetch }, what, isStale }: FailureProps) {
  if (isProblem(error, 'permission-missing')) {
    return (
      <Alert type="warning" header="You may not see this">
        {messageOf(error)} Ask the person who gave you access.
      </Alert>
    );
  }
  return (
    <Box margin={{ bottom: 'm' }}>
      <Alert
        type={isStale ? 'warning' : 'error'}
        header={isStale ? 'This may be out of date' : `Could not load ${what}`}
        action={
          <Button loading={isFetching} onClick={() => void refetch()}>
            Try again
          </Button>
        }
      >
        {messageOf(error)}
      </Alert>
    </Box>
  );
}
