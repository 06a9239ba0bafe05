/** The finding as it crosses a boundary: the one source of its parser, of the published JSON Schema and of its bounds. */
import * as z from 'zod';
import { AFFECTED_TYPES } from './affected.ts';
import { FINDING_BOUNDS } from './finding.ts';
import { HTTP_URL, HTTPS_URL } from './finding-link.ts';
import { SEVERITY_LEVELS } from './severity.ts';

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

/** The URL parser puts a replacement character for a lone surrogate, so it would object to none. */
function link(pattern: RegExp, refusal: string) {
  return (
    z
      .string()
      .regex(pattern, refusal)
      .max(FINDING_BOUNDS.urlCharacters)
      .refine((text) => text.isWellFormed(), NOT_UNICODE)
      .refine((text) => URL.canParse(text), 'must be a URL')
      // Without its flags, which the generator of the API's document would write into it.
      .meta({ pattern: pattern.source })
  );
}

function affectedSchema(idCharacters: number, nameCharacters: number) {
  return z.object({
    type: z.enum(AFFECTED_TYPES).describe('Whether it is a person, account or role, or a thing'),
    id: boundedText(idCharacters).describe('Its id on the platform; unknown if its publisher names none'),
    name: boundedText(nameCharacters, 0).describe('Its name; may be empty'),
    originalType: boundedText(FINDING_BOUNDS.typeCharacters)
      .describe('What its platform calls it, such as device or user')
      .exactOptional(),
  });
}

const attributesSchema = z
  .record(boundedText(FINDING_BOUNDS.attributeNameCharacters), boundedText(FINDING_BOUNDS.attributeCharacters, 0))
  .refine(
    (attributes) => Object.keys(attributes).length <= FINDING_BOUNDS.attributes,
    `must have at most ${FINDING_BOUNDS.attributes} members`,
  )
  .meta({ maxProperties: FINDING_BOUNDS.attributes });

export const findingSchema = z
  .object({
    id: boundedText(FINDING_BOUNDS.idCharacters).describe('Stable id of the finding in Thalian'),
    title: boundedText(FINDING_BOUNDS.titleCharacters).describe(
      'One line for people; may hold any character, so escape it',
    ),
    severity: severitySchema,
    category: boundedText(FINDING_BOUNDS.categoryCharacters)
      .describe('What kind of problem it is, such as Identity Security; categories grow, so take any text')
      .exactOptional(),
    url: link(HTTPS_URL, 'must be an https URL').describe('Its page in Thalian').exactOptional(),
    description: boundedText(FINDING_BOUNDS.descriptionCharacters)
      .describe('What was found, at length; may have several lines')
      .exactOptional(),
    affected: affectedSchema(FINDING_BOUNDS.idCharacters, FINDING_BOUNDS.nameCharacters).describe(
      'The identity or asset that has the problem',
    ),
    alsoAffected: z
      .array(affectedSchema(FINDING_BOUNDS.alsoAffectedIdCharacters, FINDING_BOUNDS.alsoAffectedNameCharacters))
      .min(1)
      .max(FINDING_BOUNDS.alsoAffected)
      .describe('The other identities and assets that have it')
      .exactOptional(),
    platform: boundedText(FINDING_BOUNDS.platformCharacters).describe(
      'Where it was detected, such as okta or aws; unknown if its publisher names none',
    ),
    platforms: z
      .array(boundedText(FINDING_BOUNDS.platformsCharacters))
      .min(1)
      .max(FINDING_BOUNDS.platforms)
      .describe('The other platforms that it joins')
      .exactOptional(),
    attributes: attributesSchema.describe('More to know about it, by name').exactOptional(),
    detectedAt: z.iso
      .datetime({ offset: true })
      .max(FINDING_BOUNDS.detectedAtCharacters)
      .describe(
        'When it was detected: ISO 8601 with a zone, Z or an offset such as +02:00, with or without a fraction of a second; between 2000 and tomorrow',
      ),
    remediation: z
      .object({
        summary: boundedText(FINDING_BOUNDS.summaryCharacters, 0).describe('What to do about it; may be empty'),
        url: link(HTTP_URL, 'must be an http or https URL').describe('Link to the long guidance').exactOptional(),
      })
      .describe('Guidance for the person who fixes it'),
  })
  .describe('A security problem that Thalian found');
