/** What a template may name of a finding, and of which kind each value is. Checked at save and looked up when a body is made. */
import { AFFECTED_TYPES } from '../../finding/affected.ts';
import { detectionInstant, type Finding } from '../../finding/finding.ts';
import { paragraphs, tamed } from '../../finding/finding-words.ts';
import { FINDING_EVENTS, FIRST_DETECTION, type Lifecycle } from '../../finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../finding/severity.ts';
import type { DeliveryId } from '../../runtime/ids.ts';

/** `instant` is a text that is also a point in time. */
export type Kind = 'text' | 'number' | 'instant' | 'list of texts' | 'list of objects' | 'object';

export interface TemplateInput {
  readonly finding: Finding;
  readonly deliveryId: DeliveryId;
  /** Absent: detected, for the first time. */
  readonly lifecycle?: Lifecycle | undefined;
}

export interface TemplateField {
  readonly kind: Kind;
  /** A few words for the person who writes a template. */
  readonly meaning: string;
  /** Its only values, where the contract fixes them. */
  readonly words?: readonly string[];
  /** Undefined if this finding does not have it. */
  read(input: TemplateInput): unknown;
}

/** Beside these, each attribute by its name: `attributes.lastSignIn`. */
export const TEMPLATE_FIELDS: Readonly<Record<string, TemplateField>> = {
  id: text('The finding; the same when it is sent again', ({ id }) => id),
  title: text('What was found; never empty', ({ title }) => oneLine(title) || '–'),
  severity: object('Level and score', ({ severity }) => severity),
  'severity.level': {
    ...text(`One of ${SEVERITY_LEVELS.join(', ')}`, ({ severity }) => severity.level),
    words: SEVERITY_LEVELS,
  },
  'severity.score': {
    kind: 'number',
    meaning: 'From 0 to 100',
    read: ({ finding }) => finding.severity.score,
  },
  category: text('What kind of problem it is; may be absent', ({ category }) => oneLine(category)),
  url: text('The page of the finding in Thalian; may be absent', ({ url }) => url),
  description: text('What was found, in sentences; may be absent', ({ description }) => running(description)),
  affected: object('The identity or asset', ({ affected }) => affected),
  'affected.type': {
    ...text(`One of ${AFFECTED_TYPES.join(', ')}`, ({ affected }) => affected.type),
    words: AFFECTED_TYPES,
  },
  'affected.id': text('Its id on the platform', ({ affected }) => affected.id),
  'affected.name': text('What people call it; may be empty', ({ affected }) => oneLine(affected.name)),
  'affected.originalType': text("Its type in the publisher's word; may be absent", ({ affected }) =>
    oneLine(affected.originalType),
  ),
  alsoAffected: list('objects', 'Further ones; may be absent', ({ alsoAffected }) => alsoAffected),
  allAffected: list('objects', 'All that are affected, at least one', ({ affected, alsoAffected = [] }) => [
    affected,
    ...alsoAffected,
  ]),
  platform: text('Where it was detected', ({ platform }) => oneLine(platform)),
  platforms: list('texts', 'Further platforms; may be absent', ({ platforms }) => platforms),
  allPlatforms: list('texts', 'All platforms, at least one', ({ platform, platforms = [] }) => [
    platform,
    ...platforms,
  ]),
  attributes: object('More to know, by name; may be absent', ({ attributes }) => attributes),
  detectedAt: {
    kind: 'instant',
    meaning: 'When it was detected: ISO 8601 in UTC, to the millisecond',
    read: ({ finding }) => detectionInstant(finding),
  },
  detectedAtSeconds: {
    kind: 'number',
    meaning: 'The same as Unix time in seconds',
    read: ({ finding }) => Math.floor(Date.parse(finding.detectedAt) / 1000),
  },
  detectedAtMillis: {
    kind: 'number',
    meaning: 'The same in milliseconds',
    read: ({ finding }) => Date.parse(finding.detectedAt),
  },
  remediation: object('What to do, and a link', ({ remediation }) => remediation),
  'remediation.summary': text('What to do', ({ remediation }) => running(remediation.summary)),
  'remediation.url': text('More on what to do; may be absent', ({ remediation }) => remediation.url),
  event: {
    kind: 'text',
    meaning: `What happened to it: one of ${FINDING_EVENTS.join(', ')}`,
    words: FINDING_EVENTS,
    read: ({ lifecycle = FIRST_DETECTION }) => lifecycle.event,
  },
  revision: {
    kind: 'number',
    meaning: 'Grows with each event of the finding',
    read: ({ lifecycle = FIRST_DETECTION }) => lifecycle.revision,
  },
  'delivery.id': {
    kind: 'text',
    meaning: 'The delivery, as in the header webhook-id; the same on every attempt',
    read: ({ deliveryId }) => deliveryId,
  },
};

/** Names of members of what is affected, for the filter `map`. */
export const AFFECTED_MEMBERS: readonly string[] = ['type', 'id', 'name', 'originalType'];

const ATTRIBUTE = 'attributes.';

/** Undefined if there is no such field. */
export function templateField(path: string): TemplateField | undefined {
  if (Object.hasOwn(TEMPLATE_FIELDS, path)) {
    return TEMPLATE_FIELDS[path];
  }
  const name = path.startsWith(ATTRIBUTE) ? path.slice(ATTRIBUTE.length) : '';
  return name === ''
    ? undefined
    : text('An attribute; may be absent', ({ attributes = {} }) =>
        Object.hasOwn(attributes, name) ? oneLine(attributes[name]) : undefined,
      );
}

function text(meaning: string, read: (finding: Finding) => string | undefined): TemplateField {
  return { kind: 'text', meaning, read: ({ finding }) => read(finding) };
}

function object(meaning: string, read: (finding: Finding) => object | undefined): TemplateField {
  return { kind: 'object', meaning, read: ({ finding }) => tamed(read(finding)) };
}

function list(
  of: 'texts' | 'objects',
  meaning: string,
  read: (finding: Finding) => readonly unknown[] | undefined,
): TemplateField {
  const line = (entry: unknown) => (typeof entry === 'string' ? oneLine(entry) : tamed(entry));
  return { kind: `list of ${of}`, meaning, read: ({ finding }) => read(finding)?.map(line) };
}

/** Tame, as people read most of what a template makes: nothing in it reorders what is read, or begins another line. */
function oneLine(written: string | undefined): string | undefined {
  return running(written)?.replaceAll(/\s+/g, ' ');
}

function running(written: string | undefined): string | undefined {
  return written === undefined ? undefined : paragraphs(written);
}
