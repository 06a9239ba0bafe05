/** Repairs what a finding is about: the one that it is about first, and the others. */
import type { Affected } from './affected.ts';
import { FINDING_BOUNDS } from './finding.ts';
import { isMissing, membersOf, type Note, type RepairKind, repairId, repairText, UNKNOWN } from './repair.ts';
import { asText, fitId, fitText } from './repair-text.ts';

export interface RepairedAffected {
  readonly affected: Affected;
  readonly alsoAffected?: readonly Affected[];
}

interface Bounds {
  readonly id: number;
  readonly name: number;
}

const OF_THE_FIRST: Bounds = { id: FINDING_BOUNDS.idCharacters, name: FINDING_BOUNDS.nameCharacters };
const OF_THE_OTHERS: Bounds = {
  id: FINDING_BOUNDS.alsoAffectedIdCharacters,
  name: FINDING_BOUNDS.alsoAffectedNameCharacters,
};

/** A list in the place of the one: its first is the one, the rest go before the others. */
export function repairEveryAffected(written: unknown, others: unknown, note: Note): RepairedAffected {
  const [first, ...rest] = Array.isArray(written) ? written : [written];
  if (Array.isArray(written)) {
    note('affected', 'respelled');
  }
  const affected = repairAffected(first, OF_THE_FIRST, note);
  const alsoAffected = repairOthers([...rest, ...listed(others, note)], note);
  return { affected, ...(alsoAffected.length > 0 && { alsoAffected }) };
}

function listed(written: unknown, note: Note): readonly unknown[] {
  if (written === undefined || Array.isArray(written)) {
    return written ?? [];
  }
  note('alsoAffected', isMissing(written) ? 'dropped' : 'respelled');
  return isMissing(written) ? [] : [written];
}

/** Whatever is repaired of one of them is a repair of the list. */
function repairOthers(written: readonly unknown[], note: Note): readonly Affected[] {
  const known = written.filter((one) => membersOf(one) !== undefined || asText(one) !== undefined);
  if (known.length < written.length) {
    note('alsoAffected', 'dropped');
  }
  const kept = known.slice(0, FINDING_BOUNDS.alsoAffected);
  if (kept.length < known.length) {
    note('alsoAffected', 'cut');
  }
  const kinds = new Set<RepairKind>();
  const others = kept.map((one) => repairAffected(one, OF_THE_OTHERS, (_field, kind) => kinds.add(kind)));
  for (const kind of kinds) {
    note('alsoAffected', kind);
  }
  return others;
}

/** A text alone is its id. */
function repairAffected(written: unknown, bounds: Bounds, note: Note): Affected {
  const members = membersOf(written);
  if (members === undefined && !isMissing(written)) {
    note('affected', 'respelled');
  }
  const given = members ?? { id: written };
  const name = repairText(given['name'], 'affected.name', bounds.name, note);
  const id = repairId(given['id'], 'affected.id', bounds.id, note);
  if (!id) {
    note('affected.id', 'filled-in');
  }
  if (name === undefined) {
    note('affected.name', 'filled-in');
  }
  return {
    ...repairType(given['type'], given['originalType'], note),
    // Its name is all that tells it from others then.
    id: id || (name ? fitId(name, bounds.id) : UNKNOWN),
    name: name ?? (id ? fitText(id, bounds.name) : ''),
  };
}

const IDENTITY_WORDS: ReadonlySet<string> = new Set([
  'user',
  'useraccount',
  'account',
  'serviceaccount',
  'person',
  'principal',
  'serviceprincipal',
  'role',
  'group',
  'iamuser',
  'iamrole',
  'iamgroup',
  'awsiamuser',
  'awsiamrole',
  'awsiamgroup',
]);

/**
 * The last part of a type with the names of its owners before it, such as `microsoft.graph.user`, `AWS::IAM::Role` or
 * `system:serviceaccount`. Not `account` and `group`: there they are accounts of a cloud, and groups of resources.
 */
const IDENTITY_ENDINGS: ReadonlySet<string> = new Set([
  'user',
  'serviceaccount',
  'serviceprincipal',
  'principal',
  'role',
]);

function isIdentity(word: string): boolean {
  const ending = word.split(/[^a-z]+/).at(-1) ?? '';
  return IDENTITY_WORDS.has(word.replaceAll(/[^a-z]/g, '')) || (/[.:/]/.test(word) && IDENTITY_ENDINGS.has(ending));
}

/** Whatever is no word for an identity is an asset, under the publisher's word in small letters. */
function repairType(type: unknown, original: unknown, note: Note): Pick<Affected, 'type' | 'originalType'> {
  const given = repairText(original, 'affected.originalType', FINDING_BOUNDS.typeCharacters, note);
  if (original !== undefined && !given) {
    note('affected.originalType', 'dropped');
  }
  const kept = given ? { originalType: given } : {};
  if (type === 'identity' || type === 'asset') {
    return { type, ...kept };
  }
  const word = typeof type === 'string' ? type.trim().toLowerCase() : '';
  note('affected.type', word === '' ? 'filled-in' : 'respelled');
  if (word === 'identity' || word === 'asset') {
    return { type: word, ...kept };
  }
  return {
    type: isIdentity(word) ? 'identity' : 'asset',
    ...(word !== '' && { originalType: fitText(word, FINDING_BOUNDS.typeCharacters) }),
    ...kept,
  };
}
