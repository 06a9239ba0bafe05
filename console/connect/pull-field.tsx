/** The field that decides whether events are listed for the receiver to read. */
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { FieldErrors } from './field-errors.ts';
import { PULL_LABELS, type PullChoice, pullChoicesFor } from './pull-choice.ts';

interface PullFieldProps {
  readonly value: PullChoice;
  readonly format: FormatResponse;
  readonly errors: FieldErrors;
  readonly onChange: (value: PullChoice) => void;
}

export function PullField({ value, format, errors, onChange }: PullFieldProps) {
  const choices = pullChoicesFor(format).map((choice) => ({ value: choice, label: PULL_LABELS[choice] }));
  return (
    <FormField
      label="Catching up (optional)"
      description="A receiver that was down, or that cannot be reached, reads what was due to it, and can show that nothing is missing."
      constraintText="What is listed is kept for 30 days. Turned off and on again, the list begins again."
      errorText={errors.of('pull') ?? errors.of('pull.manifests')}
    >
      <Select
        selectedOption={choices.find((choice) => choice.value === value) ?? null}
        options={choices}
        onChange={({ detail }) =>
          onChange(choices.find((choice) => choice.value === detail.selectedOption.value)?.value ?? value)
        }
      />
    </FormField>
  );
}
