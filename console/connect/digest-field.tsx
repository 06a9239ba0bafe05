/** Whether findings go together in one message, and what happens with those from before the webhook was connected. */
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { digestWords, FIRST_SYNC_WORDS } from '../integrations/digest-words.ts';
import type { TextProps } from './address-fields.tsx';
import { type FirstSyncChoice, firstSyncChoiceOf } from './draft.ts';

/** In minutes; another window that the API has been given is shown too. */
const WINDOWS = ['5', '15', '30', '60', '240', '720', '1440'];

const AT_ONCE = { value: '', label: 'Each finding at once' };

export function DigestField({ value, errors, onChange }: TextProps) {
  const windows = value === '' || WINDOWS.includes(value) ? WINDOWS : [value, ...WINDOWS];
  const choices = [AT_ONCE, ...windows.map((minutes) => ({ value: minutes, label: digestWords(Number(minutes)) }))];
  return (
    <FormField
      label="Digest (optional)"
      description="One message for all findings of a window, the gravest first. Critical findings go at once. Windows begin at whole multiples of their length, in UTC."
      errorText={errors.of('digest') ?? errors.of('digest.minutes')}
    >
      <Select
        selectedOption={choices.find((choice) => choice.value === value) ?? AT_ONCE}
        options={choices}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

interface FirstSyncFieldProps extends TextProps<FirstSyncChoice> {
  readonly takesDigests: boolean;
}

export function FirstSyncField({ value, errors, onChange, takesDigests }: FirstSyncFieldProps) {
  const choices = Object.entries(FIRST_SYNC_WORDS)
    .filter(([choice]) => takesDigests || choice !== 'digest')
    .map(([choice, label]) => ({ value: choice, label }));
  return (
    <FormField
      label="First sync"
      description="Findings that were detected before this integration was connected, as when a platform is added."
      errorText={errors.of('firstSync')}
    >
      <Select
        selectedOption={{ value, label: FIRST_SYNC_WORDS[value] }}
        options={choices}
        onChange={({ detail }) => onChange(firstSyncChoiceOf(detail.selectedOption.value))}
      />
    </FormField>
  );
}
