/** Templates as people write them: most can be saved, some have a mistake in them, some are no JSON at all. */
import fc from 'fast-check';
import { TEMPLATE_FIELDS } from '../../shared/destinations/template/template-fields.ts';
import { TEMPLATE_FILTERS } from '../../shared/destinations/template/template-filters.ts';

const anyPath = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...Object.keys(TEMPLATE_FIELDS)) },
  { weight: 2, arbitrary: fc.constantFrom('attributes.lastSignIn', "attributes['a b']", 'attributes.__proto__') },
  { weight: 1, arbitrary: fc.constantFrom('titel', '__proto__', 'constructor', 'severity.', '', 'finding.id') },
);

const anyArgument = fc.oneof(
  fc.constantFrom("', '", "'name'", "'%Y-%m-%d'", '"\\n"', '80', '1', "''", '0', '-3', "'{{'", "'}}'", "'"),
  fc.string({ maxLength: 6 }).map((text) => `'${text}'`),
);

const anyFilter = fc
  .tuple(
    fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...Object.keys(TEMPLATE_FILTERS)) },
      { weight: 1, arbitrary: fc.constantFrom('upcas', 'for', '', 'size!') },
    ),
    fc.option(anyArgument),
  )
  .map(([name, argument]) => (argument === null ? `| ${name}` : `| ${name}: ${argument}`));

/** Filters as their own examples have them, on a field that they take. */
const anyExample = fc.constantFrom(...Object.values(TEMPLATE_FILTERS).map(({ example }) => example));

const anyPlaceholder = fc.oneof(
  { weight: 6, arbitrary: anyPath.map((path) => `{{ ${path} }}`) },
  { weight: 3, arbitrary: anyExample },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyPath, fc.array(anyFilter, { maxLength: 3 }))
      .map(([path, filters]) => `{{${[path, ...filters].join(' ')}}}`),
  },
);

const anyWords = fc.oneof(
  fc.constantFrom('', ' ', 'of ', '"', '\\', '\n', '🔑', '\u202e', '}}', '{', '%}', '$', 'ü'.repeat(40)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

const anyText = fc.oneof(
  { weight: 3, arbitrary: anyPlaceholder },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(anyWords, anyPlaceholder), { maxLength: 6 }).map((pieces) => pieces.join('')),
  },
  // Every field that can be large, as often as a template may have it.
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('description', 'remediation.summary', 'title | escape', 'affected.id', 'attributes.lastSignIn'),
        fc.integer({ min: 2, max: 120 }),
      )
      .map(([path, times]) => `{{${path}}}`.repeat(times)),
  },
);

const anyName = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('title', 'labels', 'a b', '', '__proto__', 'constructor', '0') },
  { weight: 1, arbitrary: fc.constantFrom('{{ title }}', '$iff') },
);

/** By its name, because the linter takes an object with such a member for a promise. */
const THEN = 'then';

const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'template' },
    anyText,
    fc.constantFrom<unknown>(null, true, false, 0, -1.5, 1e15, 1e21),
    fc.array(tie('node'), { maxLength: 6 }),
    fc.array(fc.tuple(anyName, tie('node')), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
    fc
      .tuple(anyPath, tie('node'), fc.option(tie('node')))
      .map(([on, then, other]) => ({ $if: on, [THEN]: then, ...(other !== null && { else: other }) })),
    fc
      .tuple(
        fc.constantFrom('severity.level', 'affected.type', 'title | truncate: 3', 'severity.score', 'affected'),
        tie('node'),
        fc.option(tie('node')),
      )
      .map(([on, chosen, other]) => ({
        $switch: on,
        cases: on === 'affected.type' ? { identity: chosen } : { critical: chosen, high: 1 },
        ...(other !== null && { else: other }),
      })),
  ),
}));

/** A list or an object, so that most can be saved. */
const anyJson = fc.oneof(
  fc.array(node, { minLength: 1, maxLength: 6 }),
  fc.array(fc.tuple(anyName, node), { minLength: 1, maxLength: 6 }).map((members) => Object.fromEntries(members)),
  node,
);

export const anyTemplate: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: anyJson.map((json) => JSON.stringify(json)) },
  // With a sign too many or too few.
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyJson, fc.nat(), fc.constantFrom('', '{', '}', '"', ',', '{{', '|', ':', '\\', "'"))
      .map(([json, place, sign]) => {
        const text = JSON.stringify(json);
        const at = place % (text.length + 1);
        return text.slice(0, at) + sign + text.slice(at + 1);
      }),
  },
);
