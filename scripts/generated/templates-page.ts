/** What the generated parts of the page about templates must say: every field and filter, by the lists that are checked at save. */
import { TEMPLATE_FIELDS } from '../../shared/destinations/template/template-fields.ts';
import { TEMPLATE_FILTERS } from '../../shared/destinations/template/template-filters.ts';

/** By their names on the page. */
export function templatesPageParts(): Readonly<Record<string, string>> {
  const fields = Object.entries(TEMPLATE_FIELDS).map(
    ([path, { kind, meaning }]) => `| \`${path}\` | ${kind} | ${meaning} |`,
  );
  const filters = Object.entries(TEMPLATE_FILTERS).map(
    ([name, { example, takes, gives, meaning }]) =>
      `| \`${name}\` | ${code(example)} | ${takes.join(', ')} | ${gives ?? 'the same'} | ${meaning} |`,
  );
  return {
    fields: ['| field | kind | meaning |', '|---|---|---|', ...fields].join('\n'),
    filters: ['| filter | example | takes | gives | meaning |', '|---|---|---|---|---|', ...filters].join('\n'),
  };
}

/** A bar would end the cell of a table. */
function code(text: string): string {
  return `<code>${text.replaceAll('|', '&#124;')}</code>`;
}
