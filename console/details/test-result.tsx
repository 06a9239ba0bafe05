/** What came of test sends: everything of one, or a line for each of several. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TestSendResponse } from '../../shared/api/test-send-responses.schema.ts';
import { attemptWords } from '../delivery/delivery-words.ts';
import { RequestView } from '../delivery/request-view.tsx';
import { Code } from '../frame/code.tsx';
import { tame } from '../frame/tame.ts';
import { severityWords } from '../integrations/severity-words.ts';
import type { TestOutcome } from './test-findings.ts';

export function TestResults({ outcomes }: { readonly outcomes: readonly TestOutcome[] }) {
  const [only] = outcomes;
  if (only !== undefined && only.request.severity === undefined) {
    return <TestResult result={only.result} />;
  }
  return (
    <SpaceBetween size="xs">
      {outcomes.map(({ request: { severity = 'info' }, result }) => (
        <ExpandableSection
          key={severity}
          headerText={
            <StatusIndicator type={result.isAccepted ? 'success' : 'error'}>
              {`${severityWords(severity)}: ${result.isAccepted ? 'accepted' : 'not accepted'}, ${attemptWords(result)}`}
            </StatusIndicator>
          }
        >
          <TestResult result={result} />
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}

const PHASES = [
  ['dns', 'Name lookup'],
  ['connect', 'Connecting'],
  ['tls', 'TLS'],
  ['firstByte', 'First byte'],
  ['total', 'In all'],
] as const;

/** All that came of one test. */
export function TestResult({ result }: { readonly result: TestSendResponse }) {
  const { isAccepted, advice, code, location, millis, answer, request } = result;
  const said = attemptWords(result);
  return (
    <SpaceBetween size="m">
      <Alert type={isAccepted ? 'success' : 'error'} header={isAccepted ? 'Accepted' : `Not accepted: ${said}`}>
        {isAccepted ? `The receiver responded ${said}. The finding is there now; nothing is logged here.` : advice}
        {location !== undefined && <Box>{`It redirects to ${tame(location)}`}</Box>}
        {code !== undefined && <Box>{`Technical code: ${code}`}</Box>}
      </Alert>
      <KeyValuePairs
        columns={5}
        minColumnWidth={100}
        items={PHASES.flatMap(([phase, label]) => {
          const value = millis[phase];
          return value === undefined ? [] : [{ label, value: `${value} ms` }];
        })}
      />
      {answer !== undefined && (
        <ExpandableSection headerText="Response" defaultExpanded={!isAccepted}>
          <SpaceBetween size="s">
            <Code label="Headers" text={headerLines(answer.headers)} />
            <Code label="Body" text={answer.body === '' ? '(empty)' : answer.body} />
          </SpaceBetween>
        </ExpandableSection>
      )}
      {request !== undefined && (
        <ExpandableSection headerText="Request">
          <RequestView request={request} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
