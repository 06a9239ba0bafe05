/** Repairs what a publisher may leave out. What cannot be used is dropped: the finding is delivered without it. */
import { FINDING_BOUNDS, type Finding } from './finding.ts';
import {
  type Fold,
  isMissing,
  type Members,
  membersOf,
  type Note,
  type RepairedField,
  repairText,
  textsOf,
  UNKNOWN,
} from './repair.ts';
import { asText, fitText } from './repair-text.ts';

export function repairOptionalText<Field extends keyof Finding & RepairedField>(
  given: Members,
  field: Field,
  maxCharacters: number,
  note: Note,
  fold: Fold,
): { readonly [Name in Field]?: string } {
  const written = given[field];
  if (written === undefined) {
    return {};
  }
  const text = repairText(written, field, maxCharacters, note, fold);
  if (!text) {
    note(field, 'dropped');
    return {};
  }
  return { [field]: text } as { readonly [Name in Field]?: string };
}

/** Without the one, the first of the others takes its place. A list in the place of the one: the rest go before the others. */
export function repairPlatforms(
  written: unknown,
  others: unknown,
  note: Note,
): Pick<Finding, 'platform' | 'platforms'> {
  if (Array.isArray(written)) {
    note('platform', 'respelled');
    const [first, ...rest] = textsOf(written);
    const all = isMissing(others) ? rest : [...rest, ...(Array.isArray(others) ? others : [others])];
    return repairPlatforms(first, all.length > 0 ? all : undefined, note);
  }
  const named = repairText(written, 'platform', FINDING_BOUNDS.platformCharacters, note);
  const listed = repairList(others, note);
  if (named) {
    return { platform: named, ...(listed.length > 0 && { platforms: listed }) };
  }
  note('platform', 'filled-in');
  const [platform = UNKNOWN, ...platforms] = listed;
  return { platform, ...(platforms.length > 0 && { platforms }) };
}

/** A text alone is a list of one. */
function repairList(written: unknown, note: Note): readonly string[] {
  if (written === undefined) {
    return [];
  }
  const given: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (!Array.isArray(written)) {
    note('platforms', isMissing(written) ? 'dropped' : 'respelled');
  }
  const entries = given.map((entry) => repairText(entry, 'platforms', FINDING_BOUNDS.platformsCharacters, note));
  const usable = entries.flatMap((entry) => (entry ? [entry] : []));
  if (usable.length < given.length || given.length === 0) {
    note('platforms', 'dropped');
  }
  if (usable.length > FINDING_BOUNDS.platforms) {
    note('platforms', 'cut');
  }
  return usable.slice(0, FINDING_BOUNDS.platforms);
}

/** Numbers and truth values become texts, the values of a list stand beside one another. What has members of its own is dropped. */
export function repairAttributes(written: unknown, note: Note): Pick<Finding, 'attributes'> {
  if (written === undefined) {
    return {};
  }
  const members = membersOf(written);
  if (members === undefined) {
    note('attributes', 'dropped');
    return {};
  }
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(members)) {
    const fittingName = fitText(name, FINDING_BOUNDS.attributeNameCharacters);
    const text = attributeText(value);
    if (text === undefined || name === '' || name === '__proto__' || attributes.has(fittingName)) {
      note('attributes', 'dropped');
    } else if (attributes.size === FINDING_BOUNDS.attributes) {
      note('attributes', 'cut');
    } else {
      const fitting = fitText(text, FINDING_BOUNDS.attributeCharacters);
      if (fitting !== value || fittingName !== name) {
        note('attributes', text === value ? 'cut' : 'respelled');
      }
      attributes.set(fittingName, fitting);
    }
  }
  return { attributes: Object.fromEntries(attributes) };
}

function attributeText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    // Not what is a list in a list.
    const texts = value.flatMap((entry) => scalarText(entry) || []);
    return texts.length > 0 ? texts.join(', ') : undefined;
  }
  return scalarText(value);
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : asText(value);
}
