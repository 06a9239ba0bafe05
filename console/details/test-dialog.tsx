/** Sends a sample finding and shows everything that came of it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { TestSendResponse } from '../../shared/api/delivery-responses.schema.ts';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { attemptWords } from '../delivery/delivery-words.ts';
import { RequestView } from '../delivery/request-view.tsx';
import { Code } from '../frame/code.tsx';
import { Loading } from '../frame/query-result.tsx';
import { tame } from '../frame/tame.ts';
import type { DialogProps } from './dialog.tsx';

export function TestDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const { mutate, data, error, isPending } = useMutation({ mutationFn: () => api.sendTest(webhook.id) });
  // Opening the dialog is the request.
  useEffect(() => mutate(), [mutate]);
  return (
    <Modal
      visible
      size="large"
      header={`Test of ${webhook.name}`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button loading={isPending} onClick={() => mutate()}>
              Send again
            </Button>
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {isPending && <Loading what="the response of the receiver" />}
        {error !== null && <Alert type="error">{messageOf(error)}</Alert>}
        {data !== undefined && <TestResult result={data} />}
      </SpaceBetween>
    </Modal>
  );
}

const PHASES = [
  ['dns', 'Name lookup'],
  ['connect', 'Connecting'],
  ['tls', 'TLS'],
  ['firstByte', 'First byte'],
  ['total', 'In all'],
] as const;

function TestResult({ result }: { readonly result: TestSendResponse }) {
  const { isAccepted, advice, code, location, millis, answer, request } = result;
  const said = attemptWords(result);
  return (
    <SpaceBetween size="m">
      <Alert type={isAccepted ? 'success' : 'error'} header={isAccepted ? 'Accepted' : `Not accepted: ${said}`}>
        {isAccepted ? `The receiver responded ${said}. A sample finding is there now; nothing is logged here.` : advice}
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
