/** The finding as the API's document shows it: one component with a name, for the log's responses and the receivers' request. */
import * as z from 'zod';
import { findingSchema } from '../finding/finding.schema.ts';
import { SAMPLE_FINDING } from '../finding/sample-finding.ts';

/** zod's own JSON Schema: the generator of the API's document takes what is *exactly* optional for required. */
const { $schema: _draft, ...asJsonSchema } = z.toJSONSchema(findingSchema, { io: 'input' });

export const publishedFindingSchema = findingSchema.meta({
  id: 'Finding',
  ...asJsonSchema,
  examples: [SAMPLE_FINDING],
});

const { id, title, severity, affected, platform } = SAMPLE_FINDING;

/** What a list shows of it. */
export const findingHeadSchema = findingSchema
  .pick({ id: true, title: true, severity: true, affected: true, platform: true })
  .meta({
    id: 'FindingHead',
    description: 'The finding without its remediation',
    examples: [{ id, title, severity, affected, platform }],
  });
