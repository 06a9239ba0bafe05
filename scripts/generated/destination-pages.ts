/**
 * What the generated parts of the destinations' pages must say: what is filled in, by the destination's form, what
 * arrives and how fast, by its format, and which responses count and what limits there are, by its simulated vendor. People
 * write the rest of a page: what to create at the destination, and what can go wrong there.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { classify } from '../../shared/delivery/classify.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import type { DestinationForm, FormField } from '../../shared/destinations/form.ts';
import { type Format, mostPerMinute } from '../../shared/destinations/format.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';
import type { MeantResponse, Vendor, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { findVendor } from '../../shared/destinations/vendors.vendor.ts';
import { canonicalFinding } from '../../shared/finding/finding.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { parseTenantId, parseWebhookId } from '../../shared/runtime/ids.ts';
import { paceWords } from '../../shared/webhook/pace-words.ts';
import { type GeneratedDoc, readIfThere } from './generated-doc.ts';

const INDEX = 'docs/destinations.md';
const MASK = '***';

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
      const parts = {
        fields: fieldsTable(form),
        example: exampleRequest(form),
        delivered: deliveredTable(form),
        rate: rateTable(form),
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

const { devDependencies } = z
  .object({ devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

/** Relative to the project's folder. */
export function destinationPage(id: string): string {
  return `shared/destinations/${id}/README.md`;
}

/**
 * Fills the slots between `<!-- generated: NAME -->` and `<!-- end of generated -->`. Throws if a part has no slot or a slot
 * no part: the page would silently go without it.
 */
export function fillSlots(page: string, parts: Readonly<Record<string, string>>, path: string): string {
  const unused = new Set(Object.keys(parts));
  const filled = page.replaceAll(
    /^<!-- generated: (\S+) -->\n(?:(?!<!-- generated: )[\s\S])*?^<!-- end of generated -->$/gm,
    (_slot, part: string) => {
      const text = Object.hasOwn(parts, part) ? parts[part] : undefined;
      if (text === undefined) {
        throw new Error(`${path} has a slot for "${part}", which is not generated.`);
      }
      unused.delete(part);
      return `<!-- generated: ${part} -->\n${text}\n<!-- end of generated -->`;
    },
  );
  if (unused.size > 0) {
    const [part] = unused;
    throw new Error(
      `${path} has no slot for "${part}": write <!-- generated: ${part} --> and <!-- end of generated -->, each on a line of its own.`,
    );
  }
  return filled;
}

function formatsTable(): string {
  const rows = FORMS.map(({ id, title, summary, credentials, defaultMinSeverity }) => {
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

function fieldsTable({ id, url, wrongUrls, options, credentials }: DestinationForm): string {
  const secretUrl = rendererOf(id).urlIsCredential ? 'kept secret' : 'in the open';
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

/** Of every destination: what proxies, firewalls and sign-in pages put in the place of its response. */
export const PAGES_OF_OTHERS = {
  signIn: { statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
  challenge: { statusCode: 202, headers: { 'x-amzn-waf-action': 'challenge' }, body: '<html></html>' },
} as const satisfies Readonly<Record<string, VendorResponse>>;

/** What the code records of each response that the vendor may give. */
function deliveredTable({ id, title }: DestinationForm): string {
  const rows = responsesOf(id).map((meant) => {
    const { response, meaning, options, seenWith } = meant;
    const choice = Object.entries(options ?? {}).map(([name, value]) => `, with \`${name}\` \`${value}\``);
    const words = seenWith === undefined ? meaning : `${meaning} (Seen with ${seenWith}.)`;
    return deliveredRow(`${responseWords(response)}${choice.join('')}`, words, isDelivered(id, meant));
  });
  const { refusal, limit } = vendorOf(id);
  const { signIn, challenge } = PAGES_OF_OTHERS;
  const isAnyPageTaken = isDelivered(id, { response: signIn });
  return [
    '| response | what it means | counts as |',
    '|---|---|---|',
    ...rows,
    deliveredRow(responseWords(refusal), 'We are not let in.', isDelivered(id, { response: refusal })),
    deliveredRow(responseWords(limit), 'It is sent more than it takes.', isDelivered(id, { response: limit })),
    deliveredRow(
      'a web page with 200',
      isAnyPageTaken ? 'A receiver of your own may respond with one.' : 'A proxy or a page for signing in responded.',
      isAnyPageTaken,
    ),
    deliveredRow(
      "a proxy's test for a browser, with any status",
      'The receiver has nothing.',
      isDelivered(id, { response: challenge }),
    ),
    '',
    'Every other response is a failure, and is retried.',
    '',
    ...evidenceLines(vendorOf(id), isAnyPageTaken ? OWN_RECEIVER : `${title} as its vendor runs it`),
  ].join('\n');
}

const OWN_RECEIVER = 'a receiver of yours; [a check](../../../receivers/check/README.md) says whether it is right';

const VALIDATORS_PAGE = '../../../test/validators/README.md';

/** What people write above and below holds by it, unless their sentence says otherwise. */
function evidenceLines({ evidence }: Vendor, untried: string): readonly string[] {
  const { documentation, comparedWith = [], validatedBy = [], triedWith } = evidence;
  const names = (packages: readonly string[]) => packages.map((name) => `\`${name}\``).join(', ');
  const versions = comparedWith.map((name) => `\`${name}\` ${versionOf(name)}`).join(', ');
  return [
    'How the statements of this page are verified, where none says otherwise:',
    '',
    `- read in November 2026: ${documentation}`,
    ...(comparedWith.length === 0 ? [] : [`- compared in every test run with our requests: ${versions}`]),
    ...(validatedBy.length === 0
      ? []
      : [
          `- without an objection to [the longest and most hostile requests](${VALIDATORS_PAGE}): ${names(validatedBy)}`,
        ]),
    ...(triedWith === undefined ? [] : [`- tried in November 2026 with ${triedWith}`]),
    `- not tried: ${untried}`,
  ];
}

/** The very one that the tests use. */
function versionOf(name: string): string {
  const version = devDependencies[name];
  if (version === undefined) {
    throw new Error(`A vendor is compared with ${name}, which is no dependency of this project`);
  }
  return version;
}

function responsesOf(id: string): readonly MeantResponse[] {
  return vendorOf(id).responses;
}

const SURENESS: Readonly<Record<Vendor['rate']['sureness'], string>> = {
  read: 'Read there in November 2026; not tried on the vendor itself.',
  reported: 'Not verified here.',
  unpublished: 'There is no figure to keep to.',
};

function rateTable({ id }: DestinationForm): string {
  const format = rendererOf(id);
  const { rate, limit, limitSeconds } = vendorOf(id);
  const saysHowLong = limitSeconds !== undefined || limit.headers?.['retry-after'] !== undefined;
  const most = mostPerMinute(format).toLocaleString('en');
  return [
    '| | |',
    '|---|---|',
    `| we send to a webhook | ${format.pace === undefined ? 'findings as they come' : paceWords(format.pace)} |`,
    `| the limit there | ${rate.published} |`,
    `| source | ${rate.source}. ${SURENESS[rate.sureness]} |`,
    `| how it says no | ${responseWords(limit)}${saysHowLong ? ', with how long to wait' : ''}. Refused findings queue up: they are retried one after the other |`,
    `| a pace of your own | 1 to ${most} a minute (\`pace.perMinute\`), evenly spread${format.pace === undefined ? '' : ', instead of ours'} |`,
  ].join('\n');
}

function deliveredRow(words: string, meaning: string, isSuccess: boolean): string {
  return `| ${words} | ${meaning} | ${isSuccess ? 'delivered' : 'failed, retried'} |`;
}

function responseWords({ statusCode, headers = {}, body }: VendorResponse): string {
  const run = headers['x-ms-workflow-run-id'] === undefined ? '' : ', with `x-ms-workflow-run-id`';
  return `${statusCode}${body === '' ? ', no body' : ` \`${body.replaceAll('|', '\\|')}\``}${run}`;
}

export function isDelivered(id: string, { response, options }: Pick<MeantResponse, 'response' | 'options'>): boolean {
  const received = { statusCode: response.statusCode, headers: response.headers ?? {}, body: response.body };
  const outcome = { kind: 'answered', response: received, millis: 0, phases: {} } as const;
  return classify(outcome, rendererOf(id), 0, options).kind === 'success';
}

/** Without the headers that the requests of every format have; with a mask for every secret. */
/** From a page of a destination. */
const HEADERS_OF_ALL =
  'Beside these, it has the [headers of every request](../../../docs/receiving-webhooks.md#the-request).';

function exampleRequest(form: DestinationForm): string {
  const format = rendererOf(form.id);
  const credentials = Object.fromEntries(form.credentials.map(({ name }) => [name, MASK]));
  const options = Object.fromEntries(
    form.options.flatMap(({ name, required, default: fallback, example }) => {
      const value = fallback ?? (required ? example : undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const url = form.url.example;
  const request = format.render({
    finding: SAMPLE_FINDING,
    deliveryId: exampleDeliveryId(),
    url,
    options,
    credentials,
  });
  const token = format.authorize === undefined ? {} : { authorization: `Bearer ${MASK}` };
  const headers = Object.entries({ ...request.headers, ...token }).map(
    ([name, value]) => `${name}: ${masked(name, value)}`,
  );
  const lines = [`${request.method} ${request.url}`, ...headers, '', JSON.stringify(JSON.parse(request.body), null, 2)];
  return ['```http', ...lines, '```', '', HEADERS_OF_ALL].join('\n');
}

/** Base64 makes one word of a name and a password, and would hide the mask. */
function masked(name: string, value: string): string {
  return name === 'authorization' ? value.replace(/ .*$/, ` ${MASK}`) : value;
}

export function exampleDeliveryId() {
  const tenantId = parseTenantId('acme');
  const webhookId = parseWebhookId('wh_example');
  if (tenantId === undefined || webhookId === undefined) {
    throw new Error('The example has no proper ids');
  }
  return deliveryIdOf(tenantId, webhookId, SAMPLE_FINDING.detectedAt, canonicalFinding(SAMPLE_FINDING));
}

function vendorOf(id: string): Vendor {
  const vendor = findVendor(id);
  if (vendor === undefined) {
    throw new Error(`The destination ${id} has a form and no vendor`);
  }
  return vendor;
}

function rendererOf(id: string): Format {
  const format = findFormat(id);
  if (format === undefined) {
    throw new Error(`The destination ${id} has a form and no format`);
  }
  return format;
}
