/** Says above a form why it was refused, where no field of it says so. */
import Alert from '@cloudscape-design/components/alert';
import { messageOf } from '../api/api-error.ts';
import type { FieldErrors } from './field-errors.ts';

interface RefusalProps {
  readonly error: unknown;
  readonly errors: FieldErrors;
  readonly isShown: (field: string) => boolean;
}

export function Refusal({ error, errors, isShown }: RefusalProps) {
  const elsewhere = errors.elsewhere(isShown);
  return (
    <Alert type="error" header="Not saved">
      {messageOf(error)}
      {elsewhere.map(({ field, message }) => (
        <div key={field}>
          {field}: {message}
        </div>
      ))}
    </Alert>
  );
}
