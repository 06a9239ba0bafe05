/** The fields that a destination has of its own: its options or its credentials. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { FieldErrors } from './field-errors.ts';
import { TemplateField } from './template-field.tsx';

type FormatField = FormatResponse['options'][number];

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
