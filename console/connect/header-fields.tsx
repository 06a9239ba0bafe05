/** Headers that are added to every request. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { MAX_CUSTOM_HEADERS } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import type { HeaderDraft } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';
import type { HeadersChoice, SettingsDraft } from './settings-draft.ts';

interface HeadersFieldProps {
  readonly headers: readonly HeaderDraft[];
  readonly errors: FieldErrors;
  readonly onChange: (headers: readonly HeaderDraft[]) => void;
}

export function HeadersField({ headers, errors, onChange }: HeadersFieldProps) {
  const set = (index: number, change: Partial<HeaderDraft>) =>
    onChange(headers.map((header, at) => (at === index ? { ...header, ...change } : header)));
  return (
    <FormField
      label="Custom headers (optional)"
      description="Added to every request, for example an API key. Names and values are write-only."
      errorText={errors.of('headers')}
      stretch
    >
      <AttributeEditor<HeaderDraft>
        items={headers}
        addButtonText="Add header"
        removeButtonText="Remove"
        removeButtonAriaLabel={({ name }) => `Remove header ${name}`}
        disableAddButton={headers.length >= MAX_CUSTOM_HEADERS}
        onAddButtonClick={() => onChange([...headers, { name: '', value: '' }])}
        onRemoveButtonClick={({ detail }) => onChange(headers.toSpliced(detail.itemIndex, 1))}
        definition={[
          {
            label: 'Header name',
            errorText: ({ name }) => errors.of(`headers.${name}`),
            control: ({ name }, index) => (
              <Input
                value={name}
                placeholder="X-Api-Key"
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => set(index, { name: detail.value })}
              />
            ),
          },
          {
            label: 'Value',
            control: ({ value }, index) => (
              <Input
                value={value}
                type="password"
                autoComplete={false}
                onChange={({ detail }) => set(index, { value: detail.value })}
              />
            ),
          },
        ]}
      />
    </FormField>
  );
}

interface KeptHeadersProps {
  readonly webhook: WebhookResponse;
  readonly draft: Pick<SettingsDraft, 'headers' | 'headersChoice'>;
  readonly errors: FieldErrors;
  readonly onChange: (part: Partial<Pick<SettingsDraft, 'headers' | 'headersChoice'>>) => void;
}

/** Of a webhook that is connected: what it has is not known here, so it stays, goes, or is typed again. */
export function KeptHeaders({ webhook, draft, errors, onChange }: KeptHeadersProps) {
  const choices = headersChoices(webhook);
  return (
    <>
      <FormField
        label="Custom headers"
        description={headersNow(webhook)}
        errorText={draft.headersChoice === 'replace' ? undefined : errors.of('headers')}
      >
        <RadioGroup
          value={draft.headersChoice}
          items={choices}
          onChange={({ detail }) => {
            const chosen = choices.find(({ value }) => value === detail.value);
            onChange(chosen === undefined ? {} : { headersChoice: chosen.value });
          }}
        />
      </FormField>
      {draft.headersChoice === 'replace' && (
        <HeadersField headers={draft.headers} errors={errors} onChange={(next) => onChange({ headers: next })} />
      )}
    </>
  );
}

function headersNow({ ownHeaders }: WebhookResponse): string {
  return ownHeaders === 0 ? 'It has none.' : `It has ${ownHeaders}. Names and values are write-only.`;
}

interface Choice {
  readonly value: HeadersChoice;
  readonly label: string;
}

function headersChoices({ ownHeaders }: WebhookResponse): readonly Choice[] {
  return ownHeaders === 0
    ? [
        { value: 'keep', label: 'None' },
        { value: 'replace', label: 'Add headers' },
      ]
    : [
        { value: 'keep', label: 'Keep them' },
        { value: 'replace', label: 'Replace them' },
        { value: 'remove', label: 'Remove them' },
      ];
}
