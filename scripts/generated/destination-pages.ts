/**
 * What the generated parts of the destinations' pages must say: what is filled in, by the destination's form, what
 * arrives and how fast, by its format, and which responses count and what limits there are, by its simulated vendor. People
 * write the rest of a page: what to create at the destination, and what can go wrong there.
 */
import { readFileSync } from 'node:fs';
import type { DestinationForm, FormField } from '../../shared/destinations/form.ts';
import type { Format } from '../../shared/destinations/format.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';
import type { Vendor } from '../../shared/destinations/simulation.vendor.ts';
import { findVendor } from '../../shared/destinations/vendors.vendor.ts';
import { exampleRequest } from './example-request.ts';
import { fillSlots } from './fill-slots.ts';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';
import { deliveredTable, rateTable } from './vendor-tables.ts';

const INDEX = 'docs/destinations.md';

/** Of every page, in the order in which a customer needs them; `part` is what is generated below. */
const SECTIONS: readonly { readonly heading: string; readonly part?: string }[] = [
  { heading: 'What to create there' },
  { heading: 'What to paste here', part: 'fields' },
  { heading: 'What arrives', part: 'example' },
  { heading: 'What counts as delivered', part: 'delivered' },
  { heading: 'How fast we send', part: 'rate' },
  { heading: 'What can go wrong' },
];

export const PAGE_HEADINGS: readonly string[] = SECTIONS.map(({ heading }) => heading);

/** `project` is the URL of the project's folder, with its slash. */
export function generateDestinations(project: URL): readonly GeneratedDoc[] {
  const index = readFileSync(new URL(INDEX, project), 'utf8');
  return [
    { path: INDEX, current: index, wanted: fillSlots(index, { formats: formatsTable() }, INDEX) },
    ...FORMS.map((form) => {
      const path = destinationPage(form.id);
      const current = readIfThere(new URL(path, project));
      const format = formatOf(form.id);
      const vendor = vendorOf(form.id);
      const parts = {
        fields: fieldsTable(form, format),
        example: exampleRequest(form, format),
        delivered: deliveredTable(form, format, vendor),
        rate: rateTable(format, vendor),
      };
      return { path, current, wanted: fillSlots(current ?? emptyPage(form.title), parts, path) };
    }),
  ];
}

/** The headings of a new page. People write the text. */
function emptyPage(title: string): string {
  const sections = SECTIONS.map(({ heading, part }) => {
    const slot = part === undefined ? '' : `\n<!-- generated: ${part} -->\n<!-- end of generated -->\n`;
    return `## ${heading}\n${slot}`;
  });
  return [`# ${title}\n`, ...sections].join('\n');
}

/** Relative to the project's folder. */
export function destinationPage(id: string): string {
  return `shared/destinations/${id}/README.md`;
}

function formatsTable(): string {
  const rows = FORMS.map(({ id, title, summary, credentials, defaultMinSeverity }) => {
    const ownSecret = credentials.length > 0 ? 'credentials' : 'nothing of its own';
    const secret = formatOf(id).urlIsCredential ? 'the whole URL' : ownSecret;
    return `| [${title}](../${destinationPage(id)}) | \`${id}\` | ${summary} | ${secret} | ${defaultMinSeverity} |`;
  });
  return [
    '| destination | format | what it does | kept secret | threshold to begin with |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function fieldsTable({ url, wrongUrls, options, credentials }: DestinationForm, format: Format): string {
  const secretUrl = format.urlIsCredential ? 'kept secret' : 'in the open';
  const rows = [
    `| ${url.label} | \`url\` | ${secretUrl} | required | ${url.help} |`,
    ...options.map((field) => fieldRow(field, `options.${field.name}`, 'in the open')),
    ...credentials.map((field) => fieldRow(field, `credentials.${field.name}`, 'kept secret')),
  ];
  return [
    '| field | in the API | kept | needed | what it is |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '| refused, such as | why, and what to paste instead |',
    '|---|---|',
    ...wrongUrls.map(({ example, refusal }) => `| \`${example.replaceAll('|', '\\|')}\` | ${refusal} |`),
  ].join('\n');
}

function fieldRow(field: FormField, path: string, keeping: string): string {
  const { label, help, required, default: fallback } = field;
  const need = required ? 'required' : fallback === undefined ? 'optional' : `\`${fallback}\` unless given`;
  const choices =
    field.kind === 'choice' ? ` One of ${field.choices.map(({ value }) => `\`${value}\``).join(', ')}.` : '';
  return `| ${label} | \`${path}\` | ${keeping} | ${need} | ${help}${choices} |`;
}

function formatOf(id: string): Format {
  const format = findFormat(id);
  if (format === undefined) {
    throw new Error(`The destination ${id} has a form and no format`);
  }
  return format;
}

function vendorOf(id: string): Vendor {
  const vendor = findVendor(id);
  if (vendor === undefined) {
    throw new Error(`The destination ${id} has a form and no vendor`);
  }
  return vendor;
}
