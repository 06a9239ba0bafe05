/** How the API shows a format: all that a form needs to be drawn. */
import * as z from 'zod';
import { findFormat } from '../../domain/formats/catalogue.ts';
import { SEVERITY_LEVELS } from '../../domain/severity.ts';
import type { FormatContract, FormatField } from '../formats/format-contract.ts';

const fieldSchema = z
  .object({
    name: z.string().describe('Its key in options or credentials'),
    label: z.string(),
    help: z.string(),
    required: z.boolean(),
    kind: z.enum(['text', 'choice']),
    choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    pattern: z.string().optional().describe("A regular expression for the whole value, as in HTML's pattern attribute"),
    patternMessage: z.string().optional().describe('What to tell whoever did not meet it'),
    maxCharacters: z.int(),
    default: z.string().optional(),
    example: z.string().optional(),
  })
  .meta({ id: 'FormatField' });

export const formatSchema = z
  .object({
    id: z.string().meta({ examples: ['splunk-hec'] }),
    title: z.string(),
    summary: z.string(),
    url: z.object({ label: z.string(), help: z.string(), example: z.string() }).describe('What to enter as the URL'),
    urlIsCredential: z.boolean().describe('The URL is then write-only: only its origin is ever shown'),
    defaultMinSeverity: z.enum(SEVERITY_LEVELS).describe("What a fresh webhook's threshold is set to"),
    options: z.array(fieldSchema),
    credentials: z.array(fieldSchema).describe('Write-only'),
  })
  .meta({ id: 'Format', description: 'A kind of destination' });

export const formatListSchema = z.object({ formats: z.array(formatSchema) }).meta({ id: 'FormatList' });

export type FormatAnswer = z.output<typeof formatSchema>;

export function toFormatAnswer(contract: FormatContract): FormatAnswer {
  const { id, title, summary, url, defaultMinSeverity, options, credentials } = contract;
  return {
    id,
    title,
    summary,
    url: { ...url },
    urlIsCredential: findFormat(id)?.urlIsCredential ?? false,
    defaultMinSeverity,
    options: options.map(toField),
    credentials: credentials.map(toField),
  };
}

function toField(field: FormatField): FormatAnswer['options'][number] {
  const { name, label, help, required, kind, maxCharacters, default: fallback, example } = field;
  return {
    name,
    label,
    help,
    required,
    kind,
    ...(field.kind === 'choice' && { choices: field.choices.map((choice) => ({ ...choice })) }),
    ...(field.kind === 'text' &&
      field.pattern && { pattern: field.pattern.source, patternMessage: field.pattern.refusal }),
    maxCharacters,
    ...(fallback !== undefined && { default: fallback }),
    ...(example !== undefined && { example }),
  };
}
