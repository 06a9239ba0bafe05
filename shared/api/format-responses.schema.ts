/** How the API shows a format: all that a form needs to be drawn. */
import * as z from 'zod';
import { DESTINATION_USES, type DestinationForm, type FormField } from '../destinations/form.ts';
import { mostPerMinute } from '../destinations/format.ts';
import { findFormat } from '../destinations/formats.ts';
import { SEVERITY_LEVELS } from '../finding/severity.ts';

const fieldSchema = z
  .object({
    name: z.string().meta({ description: 'Its key in options or credentials', examples: ['index'] }),
    label: z.string().meta({ description: 'What to call it on a form', examples: ['Index'] }),
    help: z.string().describe('A sentence or two for the person who fills it in'),
    required: z.boolean().describe('Whether it must be given'),
    kind: z
      .enum(['text', 'choice', 'template'])
      .describe('Whether any text may be given, one of the choices, or the template of a body: JSON with placeholders'),
    choices: z
      .array(
        z.object({
          value: z.string().describe('What to send'),
          label: z.string().describe('What to call it on a form'),
        }),
      )
      .optional()
      .describe('What there is to choose from'),
    pattern: z
      .string()
      .optional()
      .meta({
        description: "A regular expression for the whole value, as in HTML's pattern attribute (with the flag v)",
        examples: ['[a-z0-9][a-z0-9_\\-]*'],
      }),
    patternMessage: z.string().optional().describe('What to say if it is not met'),
    maxCharacters: z.int().min(1).describe('Unicode code points'),
    default: z.string().optional().describe('Taken when nothing is given'),
    example: z.string().optional().describe('What it may look like'),
  })
  .meta({ id: 'FormatField', description: 'Something to fill in for a format' });

export const formatSchema = z
  .object({
    id: z.string().meta({ description: 'What to connect a webhook with', examples: ['splunk-hec'] }),
    title: z.string().meta({ description: 'Its name', examples: ['Splunk'] }),
    summary: z.string().describe('A sentence on what it does'),
    use: z
      .enum(DESTINATION_USES)
      .describe('What it is for: a SIEM, a SOAR, chat and paging, ticketing, or a system of your own'),
    url: z
      .object({
        label: z.string().meta({ description: 'What to call it on a form', examples: ['Collector URL'] }),
        help: z.string().describe('A sentence or two for the person who fills it in'),
        example: z
          .string()
          .meta({ description: 'What it may look like', examples: ['https://hooks.example.com/thalian'] }),
      })
      .describe('What to enter as the URL'),
    urlIsCredential: z
      .boolean()
      .describe('Whether the URL is itself a secret. It is then write-only: only its origin is ever shown'),
    defaultMinSeverity: z.enum(SEVERITY_LEVELS).describe("What a fresh webhook's threshold is set to"),
    pace: z
      .object({
        everyMillis: z.number().min(1).describe('Milliseconds between two findings to one webhook'),
        burst: z.int().min(1).describe('How many may go at once after a quiet time'),
      })
      .optional()
      .describe('How fast findings are sent unless the webhook has a pace of its own. Absent: as they come'),
    mostPerMinute: z
      .int()
      .min(1)
      .meta({ description: 'The fastest pace that a webhook may have of its own', examples: [60] }),
    takesDigests: z.boolean().default(false).describe('Whether findings may go together in one message'),
    takesManifests: z.boolean().default(false).describe('Whether manifests may be sent (`pull.manifests`)'),
    options: z.array(fieldSchema).describe('What may be set about it; shown to readers'),
    credentials: z.array(fieldSchema).describe('What it needs to be let in; write-only'),
    takesAccessToken: z
      .boolean()
      .default(false)
      .describe('Whether a webhook may have an OAuth client (`oauth`). Credentials are then not needed'),
    takesChallenge: z
      .boolean()
      .default(false)
      .describe('Whether its address may have to answer a challenge before alerts are turned on (`challenge`)'),
  })
  .meta({ id: 'Format', description: 'A kind of destination' });

export const formatListSchema = z
  .object({ formats: z.array(formatSchema).describe('In the order in which to browse them') })
  .meta({ id: 'FormatList', description: 'The catalogue of formats' });

export type FormatResponse = z.output<typeof formatSchema>;

export function toFormatResponse(form: DestinationForm): FormatResponse {
  const { id, title, summary, use, url, defaultMinSeverity, options, credentials } = form;
  const format = findFormat(id);
  return {
    id,
    title,
    summary,
    use,
    url: { ...url },
    urlIsCredential: format?.urlIsCredential ?? false,
    defaultMinSeverity,
    ...(format?.pace && { pace: { everyMillis: format.pace.paceMillis, burst: format.pace.burst } }),
    mostPerMinute: mostPerMinute(format),
    takesDigests: format?.renderDigest !== undefined,
    takesManifests: format?.renderManifest !== undefined,
    options: options.map(toField),
    credentials: credentials.map(toField),
    takesAccessToken: form.takesAccessToken ?? false,
    takesChallenge: form.takesChallenge ?? false,
  };
}

function toField(field: FormField): FormatResponse['options'][number] {
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
