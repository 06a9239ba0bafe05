/** Sends a test: the sample, a recent finding, or one of each severity. Shows beforehand what goes, and then all that came of it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import LiveRegion from '@cloudscape-design/components/live-region';
import Modal from '@cloudscape-design/components/modal';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { TestSendRequest } from '../../shared/api/test-send-request.schema.ts';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { RequestView } from '../delivery/request-view.tsx';
import { Loading } from '../frame/query-result.tsx';
import { severityWords } from '../integrations/severity-words.ts';
import { inReadersZone } from '../time/instant-words.ts';
import type { DialogProps } from './dialog.tsx';
import { recentFindings, requestsOf, sendInTurn, type TestChoice, type TestOutcome } from './test-findings.ts';
import { TestResults } from './test-result.tsx';

const KINDS = [
  {
    value: 'sample',
    label: 'The sample',
    description: 'Its severity is info, so that no rule of your receiver raises an alarm.',
  },
  {
    value: 'recent',
    label: 'A recent finding',
    description:
      'As it was sent, but for an id and a title that say that it is a test. Your receiver may alert people.',
  },
  {
    value: 'severities',
    label: 'One of each severity',
    description: 'From critical to info, one after the other. Your receiver may alert people.',
  },
] as const;

export function TestDialog({ webhook, onClose }: DialogProps) {
  const api = useApi();
  const [choice, setChoice] = useState<TestChoice>({ kind: 'sample' });
  const [outcomes, setOutcomes] = useState<readonly TestOutcome[]>([]);
  const stopping = useRef(new AbortController());
  const choices = useFocusOnChoice();
  const requests = requestsOf(choice);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => {
      stopping.current = new AbortController();
      return sendInTurn(api, webhook.id, requests, stopping.current.signal, setOutcomes);
    },
  });
  const choose = (next: TestChoice) => {
    setChoice(next);
    setOutcomes([]);
  };
  const close = () => {
    stopping.current.abort();
    onClose();
  };
  return (
    <Modal
      visible
      size="large"
      header={`Test of ${webhook.name}`}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={close}>
              Close
            </Button>
            <Button variant="primary" loading={isPending} disabled={requests.length === 0} onClick={() => mutate()}>
              {outcomes.length > 0 ? 'Send again' : 'Send'}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <div ref={choices}>
          <FormField label="What to send" stretch>
            <RadioGroup
              value={choice.kind}
              items={KINDS.map((kind) => ({ ...kind, disabled: isPending }))}
              onChange={({ detail }) => choose(choiceOf(detail.value))}
            />
          </FormField>
        </div>
        {choice.kind === 'recent' && <RecentChoice webhook={webhook} choice={choice} onChoose={choose} />}
        {requests[0] !== undefined && <Preview webhook={webhook} request={requests[0]} />}
        {isPending && <Loading what="the response of the receiver" />}
        {error !== null && <Alert type="error">{messageOf(error)}</Alert>}
        {outcomes.length > 0 && <TestResults outcomes={outcomes} />}
        <LiveRegion hidden>{isPending ? '' : summaryOf(outcomes)}</LiveRegion>
      </SpaceBetween>
    </Modal>
  );
}

function choiceOf(kind: string): TestChoice {
  switch (kind) {
    case 'recent':
      return { kind, finding: undefined };
    case 'severities':
      return { kind };
    default:
      return { kind: 'sample' };
  }
}

/** Not on the button that closes the dialog, where the dialog places it. */
function useFocusOnChoice() {
  const choices = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => choices.current?.querySelector<HTMLElement>('input:checked')?.focus());
    return () => clearTimeout(timer);
  }, []);
  return choices;
}

interface RecentChoiceProps {
  readonly webhook: DialogProps['webhook'];
  readonly choice: Extract<TestChoice, { kind: 'recent' }>;
  readonly onChoose: (choice: TestChoice) => void;
}

function RecentChoice({ webhook, choice, onChoose }: RecentChoiceProps) {
  const api = useApi();
  const recent = useQuery({
    queryKey: ['recent-findings', webhook.id],
    queryFn: ({ signal }) => recentFindings(api, webhook, signal),
  });
  const findings = recent.data ?? [];
  const options = findings.map(({ deliveryId, title, severity, detectedAt }) => ({
    value: deliveryId,
    label: title,
    description: `${severityWords(severity)}, detected ${inReadersZone(detectedAt, navigator.language)}`,
  }));
  return (
    <FormField label="Finding" stretch>
      <Select
        selectedOption={options.find(({ value }) => value === choice.finding?.deliveryId) ?? null}
        options={options}
        filteringType="auto"
        filteringAriaLabel="Find a finding"
        placeholder="Choose a finding"
        statusType={recent.isPending ? 'loading' : recent.isError ? 'error' : 'finished'}
        loadingText="Loading the latest findings"
        errorText={recent.error === null ? '' : messageOf(recent.error)}
        recoveryText="Try again"
        empty="No finding has come to any of your integrations yet."
        onLoadItems={() => recent.isError && recent.refetch()}
        onChange={({ detail }) =>
          onChoose({
            kind: 'recent',
            finding: findings.find(({ deliveryId }) => deliveryId === detail.selectedOption.value),
          })
        }
      />
    </FormField>
  );
}

function Preview({
  webhook,
  request,
}: {
  readonly webhook: DialogProps['webhook'];
  readonly request: TestSendRequest;
}) {
  const api = useApi();
  const [isOpen, setIsOpen] = useState(false);
  const preview = useQuery({
    queryKey: ['test-preview', webhook.id, webhook.revision, request],
    queryFn: ({ signal }) => api.previewTest(webhook.id, request, signal),
    enabled: isOpen,
  });
  const which = request.severity === undefined ? '' : `: the ${request.severity} one`;
  return (
    <ExpandableSection
      headerText={`What will be sent${which}`}
      expanded={isOpen}
      onChange={({ detail }) => setIsOpen(detail.expanded)}
    >
      {isOpen && preview.isPending && <Loading what="what will be sent" />}
      {preview.error !== null && <Alert type="error">{messageOf(preview.error)}</Alert>}
      {preview.data?.request !== undefined && <RequestView request={preview.data.request} />}
    </ExpandableSection>
  );
}

function summaryOf(outcomes: readonly TestOutcome[]): string {
  const accepted = outcomes.filter(({ result }) => result.isAccepted).length;
  return outcomes.length === 0 ? '' : `${accepted} of ${outcomes.length} accepted`;
}
