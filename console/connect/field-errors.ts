/** What is wrong with which field of a form, and the way to the first of them. */
import { useEffect, useState } from 'react';
import type { FieldError } from '../../shared/api/problems.schema.ts';

export interface FieldErrors {
  /** The words for one field; undefined if nothing is wrong with it. */
  of(field: string): string | undefined;
  /** What is wrong with fields that the form does not show. */
  elsewhere(isShown: (field: string) => boolean): readonly FieldError[];
}

export function fieldErrors(errors: readonly FieldError[]): FieldErrors {
  return {
    of: (field) => errors.find((error) => error.field === field)?.message,
    elsewhere: (isShown) => errors.filter((error) => !isShown(error.field)),
  };
}

/** After each refusal the keyboard goes to the first field that is wrong. */
export function useFocusOnRefusal(): () => void {
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) {
      document.querySelector<HTMLElement>('main [aria-invalid="true"], form [aria-invalid="true"]')?.focus();
    }
  }, [refusals]);
  return () => setRefusals((count) => count + 1);
}
