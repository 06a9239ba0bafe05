/** The field that decides whether events are listed for the receiver to read. */
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import type { FieldErrors } from './field-errors.ts';
import { PULL_LABELS, type PullChoice } from './pull-choice.ts';

interface PullFieldProps {
  readonly value: PullChoice;
  readonly errors: FieldErrors;
  readonly onChange: (value: PullChoice) => void;
}

const CHOICES = (Object.keys(PULL_LABELS) as PullChoice[]).map((value) => ({ value, label: PULL_LABELS[value] }));

export function PullField({ value, errors, onChange }: PullFieldProps) {
  return (
    <FormField
      label="Catching up (optional)"
      description="A receiver that was down, or that cannot be reached, reads what was due to it, and can show that nothing is missing."
      constraintText="What is listed is kept for 30 days. Turned off and on again, the list begins again."
      errorText={errors.of('pull')}
    >
      <Select
        selectedOption={CHOICES.find((choice) => choice.value === value) ?? null}
        options={CHOICES}
        onChange={({ detail }) =>
          onChange(CHOICES.find((choice) => choice.value === detail.selectedOption.value)?.value ?? value)
        }
      />
    </FormField>
  );
}
