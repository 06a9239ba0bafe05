/** A body of the reader's own: the template, what it may name, and what it makes of a finding before it is saved. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormatPreview } from '../../shared/api/format-preview.schema.ts';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { TEMPLATE_FIELDS } from '../../shared/destinations/template/template-fields.ts';
import { TEMPLATE_FILTERS } from '../../shared/destinations/template/template-filters.ts';
import { useApi } from '../api/api-context.ts';
import { fieldErrorsIn, messageOf } from '../api/api-error.ts';
import { useWebhooks } from '../api/queries.ts';
import { laidOut } from '../delivery/laid-out.ts';
import { Code } from '../frame/code.tsx';
import { fieldErrors } from './field-errors.ts';

interface TemplateFieldProps {
  readonly formatId: string;
  readonly field: FormatResponse['options'][number];
  /** Of all options, this one included. */
  readonly values: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

const ROWS = 16;

const SAMPLE = { value: 'sample', label: 'A sample that has every field' };

export function TemplateField({ formatId, field, values, error, onChange }: TemplateFieldProps) {
  const api = useApi();
  const { name, label, help, required } = field;
  const value = values[name] ?? '';
  const recent = useRecentFindings();
  const [chosen, setChosen] = useState<string>();
  const sources = [...recent, SAMPLE];
  const source = sources.find((option) => option.value === chosen) ?? sources[0] ?? SAMPLE;
  const preview = useMutation({
    mutationFn: (options: Readonly<Record<string, string>>) =>
      api.previewFormat(formatId, { options: { ...options }, ...findingOf(source.value) }),
  });
  // A preview is of what was typed then.
  const isOfValue = preview.variables?.[name] === value;
  const refusal = isOfValue ? fieldErrors(fieldErrorsIn(preview.error)).of(`options.${name}`) : undefined;
  return (
    <SpaceBetween size="s">
      <FormField label={label} description={help} errorText={error ?? refusal} stretch>
        <div className="code-input">
          <Textarea
            value={value}
            rows={ROWS}
            ariaRequired={required}
            autoComplete={false}
            spellcheck={false}
            disableBrowserAutocorrect
            onChange={({ detail }) => onChange(detail.value)}
          />
        </div>
      </FormField>
      <Placeholders />
      <FormField label="Try it on" stretch>
        <Select
          selectedOption={source}
          options={sources}
          onChange={({ detail }) => {
            setChosen(detail.selectedOption.value);
            preview.reset();
          }}
        />
      </FormField>
      <Button formAction="none" loading={preview.isPending} onClick={() => preview.mutate(values)}>
        Show what would be sent
      </Button>
      <div aria-live="polite">
        {isOfValue && preview.data && <Preview preview={preview.data} />}
        {isOfValue && preview.error !== null && refusal === undefined && (
          <Box color="text-status-error">{messageOf(preview.error)}</Box>
        )}
      </div>
    </SpaceBetween>
  );
}

function Preview({ preview: { body, bytes, finding } }: { readonly preview: FormatPreview }) {
  return (
    <SpaceBetween size="xs">
      <Box>
        Of <span className="unbroken">{finding.title}</span>: {bytes.toLocaleString('en')} bytes. Nothing was sent.
      </Box>
      <Code label="Body, as it would be sent" text={laidOut(body)} copies={body} />
    </SpaceBetween>
  );
}

function Placeholders() {
  return (
    <ExpandableSection headerText="Placeholders and filters" variant="inline">
      <SpaceBetween size="s">
        <dl className="terms">
          {Object.entries(TEMPLATE_FIELDS).map(([path, { kind, meaning }]) => (
            <div key={path}>
              <dt>
                <code>{`{{ ${path} }}`}</code>
              </dt>
              <dd>
                {meaning} ({kind})
              </dd>
            </div>
          ))}
          {Object.entries(TEMPLATE_FILTERS).map(([filter, { example, meaning }]) => (
            <div key={filter}>
              <dt>
                <code>{example}</code>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <Box color="text-body-secondary">
          {'{"$switch": "severity.level", "cases": {"critical": …}, "else": …} chooses by a value, '}
          {'{"$if": "url", "then": …} leaves out what the finding does not have.'}
        </Box>
      </SpaceBetween>
    </ExpandableSection>
  );
}

/** The latest delivery of each webhook, whatever its format. */
function useRecentFindings(): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useWebhooks();
  return (data?.webhooks ?? []).flatMap(({ id, name, health: { lastDelivery } }) =>
    lastDelivery === undefined ? [] : [{ value: `${id}/${lastDelivery.id}`, label: `The latest finding of ${name}` }],
  );
}

function findingOf(source: string) {
  const [webhookId, deliveryId] = source.split('/');
  return webhookId === undefined || deliveryId === undefined ? {} : { finding: { webhookId, deliveryId } };
}
