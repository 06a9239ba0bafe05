/** What an integration is called, and where it posts to. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { FieldErrors } from './field-errors.ts';

export interface TextProps<Value = string> {
  readonly value: Value;
  readonly errors: FieldErrors;
  readonly onChange: (value: Value) => void;
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
