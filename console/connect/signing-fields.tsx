/** Whether requests are signed, and with which secret. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Draft, SigningChoice } from './draft.ts';
import type { FieldErrors } from './field-errors.ts';

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
