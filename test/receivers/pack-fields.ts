/**
 * The fields that a format really renders, and what is wrong with a pack that reads them. A field is a path such as
 * `affected.name`; the items of a list are `alsoAffected[].name`, the names that publishers choose are `attributes.*`.
 */
import { findFormat } from '../../shared/destinations/formats.ts';
import { findForm } from '../../shared/destinations/forms.form.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { FINDING_EVENTS, type FindingEventName, type Lifecycle } from '../../shared/finding/lifecycle.ts';
import { aFilledInput, aScantInput } from '../builders/filled-in.ts';
import { aFinding, aPlainFinding } from '../builders/finding.ts';
import { theLongestFinding } from '../builders/hostile-finding.ts';
import { eventAround, readFindings } from '../vectors/read-findings.ts';

/** The corpus is from before that. */
const NOW = Date.parse('2026-11-23T12:00:00Z');

/** Nothing in it that may be absent or empty. */
const SMALLEST = aPlainFinding({
  affected: { type: 'asset', id: 'i-0abc', name: '' },
  remediation: { summary: '' },
});

/** Whose members have names that publishers choose. */
const OPEN_OBJECT = /^attributes$/i;

export interface PackMapping {
  /** The destination. */
  readonly id: string;
  /** What the receiver sees of the request's body; the whole of it if absent. */
  readonly documentOf?: (body: unknown) => unknown;
  /** Reading an object reads all that is in it. */
  readonly reads: Iterable<string>;
  /** Fields that the pack leaves alone, each with the reason. */
  readonly unmapped: Readonly<Record<string, string>>;
}

/** The corpus, one finding with every field, one with every text at its bound, and the smallest. */
export function packFindings(): readonly Finding[] {
  const corpus = readFindings().flatMap((written) => {
    const parsed = parseFindingEvent(eventAround(written), NOW);
    return parsed.kind === 'parsed' ? [parsed.finding] : [];
  });
  return [...corpus, aFinding(), theLongestFinding(), SMALLEST];
}

/** Each of those findings as the destination receives it, with every option of the form filled in and with none. */
export function renderedDocuments(
  id: string,
  documentOf: (body: unknown) => unknown = (body) => body,
  lifecycle?: Lifecycle,
  findings = packFindings(),
): readonly unknown[] {
  const [format, form] = [findFormat(id), findForm(id)];
  if (format === undefined || form === undefined) {
    throw new Error(`There is no destination ${id}`);
  }
  return findings.flatMap((finding) =>
    [aFilledInput, aScantInput].map((fill) =>
      documentOf(JSON.parse(format.render(fill(form, { finding, ...(lifecycle && { lifecycle }) })).body)),
    ),
  );
}

/** The same findings as each event of theirs, from payload version 2 on: detected first, then 2, 3 and 4. */
export function renderedEvents(
  id: string,
  documentOf?: (body: unknown) => unknown,
  findings = packFindings(),
): Readonly<Record<FindingEventName, readonly unknown[]>> {
  const of = (event: FindingEventName) =>
    renderedDocuments(id, documentOf, { event, revision: FINDING_EVENTS.indexOf(event) + 1 }, findings);
  return { detected: of('detected'), updated: of('updated'), resolved: of('resolved'), reopened: of('reopened') };
}

/** The paths of all values in them that are no objects or lists; an empty object or list is a value. */
export function fieldsIn(documents: readonly unknown[]): ReadonlySet<string> {
  return new Set(documents.flatMap((document) => pathsOf(document, '')));
}

/** Those that every finding has, so that a rule or a search may rely on them. */
export function fieldsInAll(documents: readonly unknown[]): ReadonlySet<string> {
  const [first, ...others] = documents.map((document) => new Set(pathsOf(document, '')));
  return others.reduce((common, fields) => common.intersection(fields), first ?? new Set<string>());
}

/** A sentence on each difference between what is rendered and what the pack reads or leaves alone; none if they agree. */
export function mappingFaults({ id, documentOf, reads, unmapped }: PackMapping): readonly string[] {
  // What an event adds, it adds to every finding.
  const events = Object.values(renderedEvents(id, documentOf, [aFinding()])).flat();
  const rendered = [...fieldsIn([...renderedDocuments(id, documentOf), ...events])];
  const [read, left] = [[...reads], Object.keys(unmapped)];
  return [
    ...read
      .filter((path) => !rendered.some((field) => covers(path, field)))
      .map((path) => `${path} is read, and ${id} does not render it`),
    ...left
      .filter((path) => !rendered.some((field) => covers(path, field)))
      .map((path) => `${path} is named as unmapped, and ${id} does not render it`),
    ...left
      .filter((path) => read.some((field) => covers(field, path)))
      .map((path) => `${path} is named as unmapped, and it is read`),
    ...rendered
      .filter((field) => ![...read, ...left].some((path) => covers(path, field)))
      .map((field) => `${field} is rendered, and neither read nor named as unmapped`),
  ];
}

function covers(path: string, field: string): boolean {
  return field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[]`);
}

function pathsOf(value: unknown, path: string): readonly string[] {
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) {
    return value.length === 0 ? [path] : value.flatMap((item) => pathsOf(item, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return [path];
  }
  return OPEN_OBJECT.test(path.split('.').at(-1) ?? '')
    ? [below('*')]
    : Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, below(name)));
}
