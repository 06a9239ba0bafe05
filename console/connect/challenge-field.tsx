/** Whether the address must answer a challenge before alerts can be turned on. */
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import type { FieldErrors } from './field-errors.ts';

interface ChallengeFieldProps {
  readonly value: boolean;
  readonly errors: FieldErrors;
  readonly onChange: (value: boolean) => void;
}

export function ChallengeField({ value, errors, onChange }: ChallengeFieldProps) {
  return (
    <FormField label="Challenge (optional)" errorText={errors.of('challenge')}>
      <Checkbox
        checked={value}
        description="Alerts can be turned on once your receiver has answered it. Another URL has to answer again, and turns alerts off until then."
        onChange={({ detail }) => onChange(detail.checked)}
      >
        Verify the address by a challenge
      </Checkbox>
    </FormField>
  );
}
