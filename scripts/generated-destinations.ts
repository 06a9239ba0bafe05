/**
 * What the generated parts of the destinations' pages must say: what is filled in, by the destination's form, and what
 * arrives, by its format. What to create at the destination, and what can go wrong there, people write.
 */
import { readFileSync } from 'node:fs';
import { deliveryIdOf } from '../shared/delivery/delivery-id.ts';
import type { FormatContract, FormatField } from '../shared/destinations/form.ts';
import type { Format } from '../shared/destinations/format.ts';
import { findFormat } from '../shared/destinations/formats.ts';
import { FORMAT_CONTRACTS } from '../shared/destinations/forms.form.ts';
import { canonicalFinding, type Finding } from '../shared/finding/finding.ts';
import { parseTenantId, parseWebhookId } from '../shared/runtime/ids.ts';
import type { GeneratedDoc } from './generated-doc.ts';

const INDEX = 'docs/destinations.md';
const MASK = '***';

const EXAMPLE: Finding = {
  id: 'fnd_01JDPX8Z',
  title: 'Dormant admin account re-activated',
  severity: { level: 'high', score: 82 },
  affected: { type: 'identity', id: '00u1x', name: 'jane@acme.example' },
  platform: 'okta',
  detectedAt: '2026-11-23T10:00:00.000Z',
  remediation: {
    summary: 'Disable the account and rotate its credentials.',
    url: 'https://docs.example/dormant',
  },
};

/** `project` is the URL of the project's folder, with its slash. Throws if a destination has no page. */
export function generateDestinations(project: URL): readonly GeneratedDoc[] {
  const page = (path: string, parts: Readonly<Record<string, string>>): GeneratedDoc => {
    const current = readFileSync(new URL(path, project), 'utf8');
    return { path, current, wanted: fillSlots(current, parts, path) };
  };
  return [
    page(INDEX, { formats: formatsTable() }),
    ...FORMAT_CONTRACTS.map((contract) =>
      page(destinationPage(contract.id), { fields: fieldsTable(contract), example: exampleRequest(contract) }),
    ),
  ];
}

/** Relative to the project's folder. */
export function destinationPage(id: string): string {
  return `shared/destinations/${id}/README.md`;
}

/**
 * Fills the places between `<!-- generated: NAME -->` and `<!-- end of generated -->`. Throws if a part has no place, or a
 * place no part: a page would silently go without it.
 */
export function fillSlots(page: string, parts: Readonly<Record<string, string>>, path: string): string {
  const unused = new Set(Object.keys(parts));
  const filled = page.replaceAll(
    /^<!-- generated: (\S+) -->\n(?:(?!<!-- generated: )[\s\S])*?^<!-- end of generated -->$/gm,
    (_slot, part: string) => {
      const text = Object.hasOwn(parts, part) ? parts[part] : undefined;
      if (text === undefined) {
        throw new Error(`${path} has a place for ${part}, which nobody generates`);
      }
      unused.delete(part);
      return `<!-- generated: ${part} -->\n${text}\n<!-- end of generated -->`;
    },
  );
  if (unused.size > 0) {
    throw new Error(`${path} has no place for ${[...unused].join(', ')}`);
  }
  return filled;
}

function formatsTable(): string {
  const rows = FORMAT_CONTRACTS.map(({ id, title, summary, credentials, defaultMinSeverity }) => {
    const ownSecret = credentials.length > 0 ? 'credentials' : 'nothing of its own';
    const secret = rendererOf(id).urlIsCredential ? 'the whole URL' : ownSecret;
    return `| [${title}](../${destinationPage(id)}) | \`${id}\` | ${summary} | ${secret} | ${defaultMinSeverity} |`;
  });
  return [
    '| destination | format | what it does | kept secret | threshold to begin with |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function fieldsTable({ id, url, options, credentials }: FormatContract): string {
  const secretUrl = rendererOf(id).urlIsCredential ? 'kept secret' : 'in the open';
  const rows = [
    `| ${url.label} | \`url\` | ${secretUrl} | required | ${url.help} |`,
    ...options.map((field) => fieldRow(field, `options.${field.name}`, 'in the open')),
    ...credentials.map((field) => fieldRow(field, `credentials.${field.name}`, 'kept secret')),
  ];
  return ['| field | in the API | kept | needed | what it is |', '|---|---|---|---|---|', ...rows].join('\n');
}

function fieldRow(field: FormatField, path: string, keeping: string): string {
  const { label, help, required, default: fallback } = field;
  const need = required ? 'required' : fallback === undefined ? 'optional' : `\`${fallback}\` unless given`;
  const choices =
    field.kind === 'choice' ? ` One of ${field.choices.map(({ value }) => `\`${value}\``).join(', ')}.` : '';
  return `| ${label} | \`${path}\` | ${keeping} | ${need} | ${help}${choices} |`;
}

/** Without the headers that every format's request has; with a mask for every secret. */
function exampleRequest(contract: FormatContract): string {
  const format = rendererOf(contract.id);
  const credentials = Object.fromEntries(
    contract.credentials.filter(({ required }) => required).map(({ name }) => [name, MASK]),
  );
  const options = Object.fromEntries(
    contract.options.flatMap(({ name, required, default: fallback, example }) => {
      const value = fallback ?? (required ? example : undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const url = contract.url.example;
  const request = format.render({ finding: EXAMPLE, deliveryId: exampleDeliveryId(), url, options, credentials });
  const token = format.authorize === undefined ? {} : { authorization: `Bearer ${MASK}` };
  const headers = Object.entries({ ...request.headers, ...token }).map(
    ([name, value]) => `${name}: ${masked(name, value)}`,
  );
  const lines = [`${request.method} ${request.url}`, ...headers, '', JSON.stringify(JSON.parse(request.body), null, 2)];
  return ['```http', ...lines, '```'].join('\n');
}

/** A name and a password are one word in base64, which would hide that they are masked. */
function masked(name: string, value: string): string {
  return name === 'authorization' ? value.replace(/ .*$/, ` ${MASK}`) : value;
}

function exampleDeliveryId() {
  const tenantId = parseTenantId('acme');
  const webhookId = parseWebhookId('wh_example');
  if (tenantId === undefined || webhookId === undefined) {
    throw new Error('The example has no proper ids');
  }
  return deliveryIdOf(tenantId, webhookId, EXAMPLE.detectedAt, canonicalFinding(EXAMPLE));
}

function rendererOf(id: string): Format {
  const format = findFormat(id);
  if (format === undefined) {
    throw new Error(`The format ${id} has a contract and no renderer`);
  }
  return format;
}
