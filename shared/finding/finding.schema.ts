/** The finding as it crosses a boundary: the one source of its parser, of the published JSON Schema and of its bounds. */
import * as z from 'zod';
import { FINDING_BOUNDS } from './finding.ts';
import { SEVERITY_LEVELS } from './severity.ts';

/** Neither white space nor control characters: formats put it into links. */
const HTTP_URL = /^https?:\/\/[^\s\p{Cc}]+$/u;

/** What a lone surrogate makes of a text: it cannot be written as UTF-8 and so not be signed. */
export const NOT_UNICODE = 'holds a lone surrogate, which is not valid Unicode text';

/**
 * Characters are counted as code points, as JSON Schema does; zod's own `max` counts UTF-16 units, which would refuse
 * some texts that the published schema allows.
 */
function boundedText(maxCharacters: number, minCharacters: 0 | 1 = 1) {
  return z
    .string()
    .check((context) => {
      const text = context.value;
      const characters = text.length <= maxCharacters ? text.length : [...text].length;
      if (characters > maxCharacters || characters < minCharacters || !text.isWellFormed()) {
        context.issues.push({
          code: 'custom',
          input: text,
          message: text.isWellFormed()
            ? `must have ${minCharacters} to ${maxCharacters} characters, has ${characters}`
            : NOT_UNICODE,
        });
      }
    })
    .meta({ minLength: minCharacters, maxLength: maxCharacters });
}

const severitySchema = z
  .object({
    level: z.enum(SEVERITY_LEVELS).describe('critical is the gravest, info the least'),
    score: z
      .number()
      .min(FINDING_BOUNDS.score.min)
      .max(FINDING_BOUNDS.score.max)
      .describe('Points; may have a fraction'),
  })
  .describe('The level decides about thresholds; the score travels beside it unchanged.');

export const findingSchema = z
  .object({
    id: boundedText(FINDING_BOUNDS.idCharacters).describe('Stable id of the finding in Thalian'),
    title: boundedText(FINDING_BOUNDS.titleCharacters).describe(
      'One line for people; may hold any character, so escape it',
    ),
    severity: severitySchema,
    affected: z
      .object({
        type: z.enum(['identity', 'asset']).describe('Whether it is a person, account or role, or a thing'),
        id: boundedText(FINDING_BOUNDS.idCharacters).describe('Its id on the platform'),
        name: boundedText(FINDING_BOUNDS.nameCharacters, 0).describe('Its name; may be empty'),
      })
      .describe('The identity or asset that has the problem'),
    platform: boundedText(FINDING_BOUNDS.idCharacters).describe('Where it was detected, such as okta or aws'),
    detectedAt: z.iso
      .datetime({ offset: true })
      .max(FINDING_BOUNDS.detectedAtCharacters)
      .describe(
        'When it was detected: ISO 8601 with a zone, Z or an offset such as +02:00, with or without a fraction of a second; between 2000 and tomorrow',
      ),
    remediation: z
      .object({
        summary: boundedText(FINDING_BOUNDS.summaryCharacters, 0).describe('What to do about it; may be empty'),
        url: z
          .string()
          .regex(HTTP_URL, 'must be an http or https URL')
          .max(FINDING_BOUNDS.urlCharacters)
          // The URL parser puts a replacement character for it, so it would object to none.
          .refine((text) => text.isWellFormed(), NOT_UNICODE)
          .refine((text) => URL.canParse(text), 'must be a URL')
          // Without its flags, which the generator of the API's document would write into it.
          .meta({ pattern: HTTP_URL.source })
          .describe('Link to the long guidance')
          .exactOptional(),
      })
      .describe('Guidance for the person who fixes it'),
  })
  .describe('A security problem that Thalian found');
