/** What the delivery log is narrowed to, in a list of it and in a retry of many. */
import * as z from 'zod';
import { SEVERITY_LEVELS } from '../finding/severity.ts';

export const severityFilterSchema = z.enum(SEVERITY_LEVELS).describe('Only findings of this level');

export const causeFilterSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9-]{1,40}$/)
  .meta({
    description: 'Only those whose latest attempt has this `cause`, `error` or status code',
    pattern: '^[a-z0-9-]{1,40}$',
    examples: ['503'],
  });

export const searchFilterSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({
    description:
      'Words that the title has, whatever their case, or the id of the finding. A delivery id finds that one delivery, whatever the other filters are',
    examples: ['admin account'],
  });
