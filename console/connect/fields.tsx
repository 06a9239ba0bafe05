/** The fields that destinations are made of, for the form that connects one and the form that changes it. */
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { MAX_CUSTOM_HEADERS } from '../../shared/api/webhook-requests.schema.ts';
import { FINDING_EVENTS } from '../../shared/finding/lifecycle.ts';
import type { LaterEvent } from '../../shared/webhook/chosen-events.ts';
import { limitWords } from '../integrations/limit-words.ts';
import type { Draft, HeaderDraft, SigningChoice } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';
import { TemplateField } from './template-field.tsx';

type FormatField = FormatResponse['options'][number];

interface TextProps {
  readonly value: string;
  readonly errors: FieldErrors;
  readonly onChange: (value: string) => void;
}

export function NameField({ value, errors, onChange }: TextProps) {
  return (
    <FormField label="Name" description="What you and your colleagues call it." errorText={errors.of('name')}>
      <Input value={value} ariaRequired onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}

export function UrlField({ value, errors, onChange, format }: TextProps & { readonly format: FormatResponse }) {
  const { label, help, example } = format.url;
  return (
    <FormField
      label={label}
      description={help}
      constraintText="HTTPS, at a public host."
      errorText={errors.of('url')}
      stretch
    >
      <Input
        value={value}
        placeholder={example}
        ariaRequired
        inputMode="url"
        autoComplete={false}
        spellcheck={false}
        disableBrowserAutocorrect
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}

interface SettingFieldsProps {
  readonly format: FormatResponse;
  readonly draft: Pick<Draft, 'options' | 'perMinute'>;
  readonly errors: FieldErrors;
  readonly onChange: (part: Partial<Pick<Draft, 'options' | 'perMinute'>>) => void;
}

/** What is not needed to reach the destination: its options, if it has any, and the pace. */
export function SettingFields({ format, draft, errors, onChange }: SettingFieldsProps) {
  return (
    <SpaceBetween size="l">
      {format.options.length > 0 && (
        <FormatFields
          formatId={format.id}
          part="options"
          fields={format.options}
          values={draft.options}
          errors={errors}
          onChange={(options) => onChange({ options })}
        />
      )}
      <PaceField
        format={format}
        value={draft.perMinute}
        errors={errors}
        onChange={(perMinute) => onChange({ perMinute })}
      />
    </SpaceBetween>
  );
}

interface FormatFieldsProps {
  readonly formatId: string;
  readonly part: 'options' | 'credentials';
  readonly fields: readonly FormatField[];
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
  /** Below each field. */
  readonly constraint?: string;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

export function FormatFields({ formatId, part, fields, values, errors, constraint, onChange }: FormatFieldsProps) {
  return (
    <SpaceBetween size="l">
      {fields.map((field) =>
        field.kind === 'template' ? (
          <TemplateField
            key={field.name}
            formatId={formatId}
            field={field}
            values={values}
            error={errors.of(`${part}.${field.name}`)}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
          />
        ) : (
          <FormField
            key={field.name}
            label={field.required ? field.label : <>{field.label} (optional)</>}
            description={field.help}
            constraintText={constraint}
            errorText={errors.of(`${part}.${field.name}`)}
          >
            <FieldControl
              field={field}
              value={values[field.name] ?? ''}
              isSecret={part === 'credentials'}
              onChange={(value) => onChange({ ...values, [field.name]: value })}
            />
          </FormField>
        ),
      )}
    </SpaceBetween>
  );
}

interface FieldControlProps {
  readonly field: FormatField;
  readonly value: string;
  readonly isSecret: boolean;
  readonly onChange: (value: string) => void;
}

function FieldControl({ field, value, isSecret, onChange }: FieldControlProps) {
  const { kind, choices = [], example, required } = field;
  if (kind === 'choice') {
    return (
      <Select
        selectedOption={choices.find((choice) => choice.value === value) ?? null}
        options={choices}
        placeholder="Choose one"
        ariaRequired={required}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    );
  }
  return (
    <Input
      value={value}
      type={isSecret ? 'password' : 'text'}
      ariaRequired={required}
      autoComplete={false}
      spellcheck={false}
      {...(example !== undefined && { placeholder: example })}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}

interface SigningFieldsProps {
  readonly draft: Pick<Draft, 'signing' | 'ownSecret'>;
  readonly errors: FieldErrors;
  readonly label: string;
  readonly choices: readonly SigningChoice[];
  readonly onChange: (draft: Pick<Draft, 'signing' | 'ownSecret'>) => void;
}

const CHOICES: Readonly<Record<SigningChoice, { readonly label: string; readonly description: string }>> = {
  none: {
    label: 'No secret',
    description: 'Requests are not signed: every system that knows the URL can pretend to be us.',
  },
  generate: { label: 'Generate a secret', description: 'Recommended. It is shown once, with code to verify requests.' },
  own: { label: 'Use a secret of your own', description: '16 to 256 printable ASCII characters without spaces.' },
};

export function SigningFields({ draft, errors, label, choices, onChange }: SigningFieldsProps) {
  const { signing, ownSecret } = draft;
  const error = errors.of('secret');
  return (
    <SpaceBetween size="s">
      <FormField
        label={label}
        description="We sign every request with it, so that your system can tell that it is from us."
        errorText={signing === 'own' ? undefined : error}
      >
        <RadioGroup
          value={signing}
          items={choices.map((value) => ({ value, ...CHOICES[value] }))}
          onChange={({ detail }) => {
            const chosen = choices.find((choice) => choice === detail.value);
            if (chosen !== undefined) {
              onChange({ signing: chosen, ownSecret });
            }
          }}
        />
      </FormField>
      {signing === 'own' && (
        <FormField label="Your secret" errorText={error}>
          <Input
            value={ownSecret}
            type="password"
            ariaRequired
            autoComplete={false}
            onChange={({ detail }) => onChange({ signing, ownSecret: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}

/** The limit of the destination is what happens without a pace of the webhook's own. */
function PaceField({ value, errors, onChange, format }: TextProps & { readonly format: FormatResponse }) {
  const { title, pace, mostPerMinute } = format;
  const most = mostPerMinute.toLocaleString('en');
  return (
    <FormField
      label="Pace (optional)"
      description={
        pace === undefined
          ? 'For a system that takes only so many findings. Those that come faster wait for their turn.'
          : `${title} takes only so many: we keep to ${limitWords(pace)}. Choose a slower pace if others post there too.`
      }
      constraintText={`Findings a minute, from 1 to ${most}.`}
      errorText={errors.of('pace.perMinute')}
    >
      <Input
        value={value}
        placeholder={pace === undefined ? 'As fast as possible' : 'As above'}
        inputMode="numeric"
        autoComplete={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}

interface EventsFieldProps {
  readonly values: readonly LaterEvent[];
  readonly errors: FieldErrors;
  /** A payload of version 1 cannot say which event it is. */
  readonly isPossible: boolean;
  readonly onChange: (events: readonly LaterEvent[]) => void;
}

const EVENT_LABELS: Readonly<Record<LaterEvent, string>> = {
  updated: 'When it changes',
  resolved: 'When it is resolved, if this integration got it',
  reopened: 'When it is open again',
};

const LATER_EVENTS = FINDING_EVENTS.filter((event) => event !== 'detected');

export function EventsField({ values, errors, isPossible, onChange }: EventsFieldProps) {
  return (
    <FormField
      label="What is sent of a finding"
      description="When it is detected, always. In the order in which it happened: what is late is left out."
      {...(!isPossible && { constraintText: 'More than detections needs payload version 2.' })}
      errorText={errors.of('events')}
    >
      <SpaceBetween size="xs">
        {LATER_EVENTS.map((event) => (
          <Checkbox
            key={event}
            checked={values.includes(event)}
            disabled={!isPossible && !values.includes(event)}
            onChange={({ detail }) =>
              onChange(detail.checked ? [...values, event] : values.filter((other) => other !== event))
            }
          >
            {EVENT_LABELS[event]}
          </Checkbox>
        ))}
      </SpaceBetween>
    </FormField>
  );
}

interface NoticesFieldProps extends TextProps {
  /** The tenant's others; undefined until they are known. */
  readonly others: readonly { readonly id: string; readonly name: string }[] | undefined;
}

const NO_NOTICES = { value: '', label: 'No notices' };

export function NoticesField({ value, errors, onChange, others }: NoticesFieldProps) {
  const choices = (others ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const unknown = value === '' ? NO_NOTICES : { value, label: others === undefined ? value : 'A deleted integration' };
  return (
    <FormField
      label="Notices (optional)"
      description="Another integration, such as a chat, that is told when this one fails, is disabled, or works again."
      constraintText="Its own alert rule does not apply to notices."
      errorText={errors.of('noticesTo')}
    >
      <Select
        selectedOption={choices.find((choice) => choice.value === value) ?? unknown}
        options={[NO_NOTICES, ...choices]}
        statusType={others === undefined ? 'loading' : 'finished'}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

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
