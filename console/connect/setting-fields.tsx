/** What a webhook sends and how fast, beside the alert rule, and where notices about it go. */
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import { FINDING_EVENTS } from '../../shared/finding/lifecycle.ts';
import type { LaterEvent } from '../../shared/webhook/chosen-events.ts';
import { limitWords } from '../integrations/limit-words.ts';
import type { TextProps } from './address-fields.tsx';
import { DigestField, FirstSyncField } from './digest-field.tsx';
import type { Draft } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';
import { FormatFields } from './format-fields.tsx';
import { PullField } from './pull-field.tsx';

interface SettingFieldsProps {
  readonly format: FormatResponse;
  readonly draft: Pick<
    Draft,
    'options' | 'perMinute' | 'events' | 'digestMinutes' | 'firstSync' | 'noticesTo' | 'pull'
  >;
  readonly errors: FieldErrors;
  /** A payload of version 1 cannot say which event it is. */
  readonly areEventsPossible: boolean;
  /** The tenant's other webhooks; undefined until they are known. */
  readonly others: readonly WebhookName[] | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** What is not needed to reach the destination: its options, if it has any, the pace, what is sent of a finding and with which others, and notices. */
export function SettingFields({ format, draft, errors, areEventsPossible, others, onChange }: SettingFieldsProps) {
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
      <EventsField
        values={draft.events}
        errors={errors}
        isPossible={areEventsPossible}
        onChange={(events) => onChange({ events })}
      />
      {format.takesDigests && (
        <DigestField
          value={draft.digestMinutes}
          errors={errors}
          onChange={(digestMinutes) => onChange({ digestMinutes })}
        />
      )}
      <FirstSyncField
        value={draft.firstSync}
        errors={errors}
        takesDigests={format.takesDigests}
        onChange={(firstSync) => onChange({ firstSync })}
      />
      <NoticesField
        value={draft.noticesTo}
        errors={errors}
        others={others}
        onChange={(noticesTo) => onChange({ noticesTo })}
      />
      <PullField value={draft.pull} format={format} errors={errors} onChange={(pull) => onChange({ pull })} />
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
  readonly isPossible: boolean;
  readonly onChange: (events: readonly LaterEvent[]) => void;
}

const EVENT_LABELS: Readonly<Record<LaterEvent, string>> = {
  updated: 'When it changes',
  resolved: 'When it is resolved, if this integration got it',
  reopened: 'When it is open again',
};

const LATER_EVENTS = FINDING_EVENTS.filter((event) => event !== 'detected');

function EventsField({ values, errors, isPossible, onChange }: EventsFieldProps) {
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

export interface WebhookName {
  readonly id: string;
  readonly name: string;
}

interface NoticesFieldProps extends TextProps {
  readonly others: readonly WebhookName[] | undefined;
}

const NO_NOTICES = { value: '', label: 'No notices' };

function NoticesField({ value, errors, onChange, others }: NoticesFieldProps) {
  const choices = (others ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const unknown = value === '' ? NO_NOTICES : { value, label: others === undefined ? value : 'A deleted integration' };
  return (
    <FormField
      label="Notices (optional)"
      description="Another integration, such as a chat, that gets a notice when this one fails, is disabled, or works again."
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
