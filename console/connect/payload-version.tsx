/** The payload version of a webhook: which it has, which there is, and one finding in both, side by side. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import LiveRegion from '@cloudscape-design/components/live-region';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMutation } from '@tanstack/react-query';
import type { PayloadPreview } from '../../shared/api/payload-preview.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { PAYLOAD_VERSIONS, type PayloadVersion } from '../../shared/webhook/payload-version.ts';
import { useApi } from '../api/api-context.ts';
import { messageOf } from '../api/api-error.ts';
import { RequestView } from '../delivery/request-view.tsx';
import type { FieldErrors } from './field-errors.ts';

const DESCRIPTIONS: Readonly<Record<PayloadVersion, string>> = {
  1: 'The finding alone.',
  2: 'Also what happened to the finding, and its revision, which grows: your system can tell the newer from the older.',
};

interface PayloadVersionProps {
  readonly webhook: WebhookResponse;
  readonly value: PayloadVersion;
  readonly errors: FieldErrors;
  readonly onChange: (version: PayloadVersion) => void;
}

export function PayloadVersionField({ webhook, value, errors, onChange }: PayloadVersionProps) {
  const api = useApi();
  const preview = useMutation({ mutationFn: () => api.previewPayload(webhook.id) });
  return (
    <Container header={<Header variant="h2">Payload</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Payload version"
          description={
            webhook.payloadVersion < webhook.newestPayloadVersion
              ? `A newer version is there: ${webhook.newestPayloadVersion}. Nothing changes until you choose it.`
              : 'It stays as it is when newer versions come.'
          }
          errorText={errors.of('payloadVersion')}
        >
          <RadioGroup
            value={String(value)}
            items={PAYLOAD_VERSIONS.map((version) => ({
              value: String(version),
              label: version === webhook.payloadVersion ? `Version ${version}, as now` : `Version ${version}`,
              description: DESCRIPTIONS[version],
            }))}
            onChange={({ detail }) => {
              const chosen = PAYLOAD_VERSIONS.find((version) => String(version) === detail.value);
              if (chosen !== undefined) {
                onChange(chosen);
              }
            }}
          />
        </FormField>
        {webhook.payloadVersion < webhook.newestPayloadVersion && (
          <Button formAction="none" loading={preview.isPending} onClick={() => preview.mutate()}>
            Compare the versions
          </Button>
        )}
        {preview.error !== null && (
          <LiveRegion>
            <StatusIndicator type="error">{messageOf(preview.error)}</StatusIndicator>
          </LiveRegion>
        )}
        {preview.data && <LiveRegion hidden>One finding is shown in both versions.</LiveRegion>}
        {preview.data && <Comparison preview={preview.data} />}
      </SpaceBetween>
    </Container>
  );
}

function Comparison({ preview: { isSample, current, newest } }: { readonly preview: PayloadPreview }) {
  return (
    <SpaceBetween size="s">
      <Box color="text-body-secondary">
        {isSample ? 'Of a sample, as there is no delivery yet.' : 'Of the finding that came last.'} Nothing is sent.
      </Box>
      <ColumnLayout columns={2} variant="text-grid">
        {[
          { title: `Now: version ${current.version}`, ...current },
          { title: `Version ${newest.version}`, ...newest },
        ].map(({ title, request }) => (
          <div key={title}>
            <Header variant="h3">{title}</Header>
            {request && <RequestView request={request} />}
          </div>
        ))}
      </ColumnLayout>
    </SpaceBetween>
  );
}
