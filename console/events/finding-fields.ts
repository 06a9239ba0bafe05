/** The fields of a finding, as the API's own schema describes them: a field that is new there is new on the page. */
import * as z from 'zod';
import { publishedFindingSchema } from '../../shared/api/published-finding.schema.ts';

export interface FindingField {
  /** As in `severity.level`; `[]` marks each member of a list. */
  readonly path: string;
  readonly meaning: string;
  readonly isOptional: boolean;
}

export function findingFields(): readonly FindingField[] {
  return fieldsOf(publishedFindingSchema, '', false);
}

function fieldsOf(object: z.ZodObject, before: string, isBelowOptional: boolean): readonly FindingField[] {
  return Object.entries(object.shape).flatMap(([name, field]) => {
    const { schema, isOptional } = unwrapped(field as z.ZodType);
    const { schema: inner, mark } = memberOf(schema);
    const path = `${before}${name}${mark}`;
    const isAbsent = isOptional || isBelowOptional;
    return [
      { path, meaning: schema.description ?? '', isOptional: isAbsent },
      ...(inner instanceof z.ZodObject ? fieldsOf(inner, `${path}.`, isAbsent) : []),
    ];
  });
}

function unwrapped(schema: z.ZodType): { readonly schema: z.ZodType; readonly isOptional: boolean } {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional
    ? { schema: schema.unwrap() as z.ZodType, isOptional: true }
    : { schema, isOptional: false };
}

function memberOf(schema: z.ZodType): { readonly schema: z.ZodType; readonly mark: string } {
  return schema instanceof z.ZodArray ? { schema: schema.element as z.ZodType, mark: '[]' } : { schema, mark: '' };
}
