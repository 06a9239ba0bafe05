/**
 * The parts of a destination's page that say what its vendor does: which responses count as delivered, which limits there are,
 * and how we know.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { classify } from '../../shared/delivery/classify.ts';
import type { DestinationForm } from '../../shared/destinations/form.ts';
import { type Format, mostPerMinute } from '../../shared/destinations/format.ts';
import type { MeantResponse, Vendor, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { paceWords } from '../../shared/webhook/pace-words.ts';

const { devDependencies } = z
  .object({ devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

/** Of every destination: what proxies, firewalls and sign-in pages put in the place of its response. */
export const PAGES_OF_OTHERS = {
  signIn: { statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
  challenge: { statusCode: 202, headers: { 'x-amzn-waf-action': 'challenge' }, body: '<html></html>' },
} as const satisfies Readonly<Record<string, VendorResponse>>;

/** What the code records of each response that the vendor may give. */
export function deliveredTable({ title }: DestinationForm, format: Format, vendor: Vendor): string {
  const rows = vendor.responses.map((meant) => {
    const { response, meaning, options, seenWith } = meant;
    const choice = Object.entries(options ?? {}).map(([name, value]) => `, with \`${name}\` \`${value}\``);
    const words = seenWith === undefined ? meaning : `${meaning} (Seen with ${seenWith}.)`;
    return deliveredRow(`${responseWords(response)}${choice.join('')}`, words, isDelivered(format, meant));
  });
  const { refusal, limit } = vendor;
  const { signIn, challenge } = PAGES_OF_OTHERS;
  const isAnyPageTaken = isDelivered(format, { response: signIn });
  return [
    '| response | what it means | counts as |',
    '|---|---|---|',
    ...rows,
    deliveredRow(responseWords(refusal), 'We are not let in.', isDelivered(format, { response: refusal })),
    deliveredRow(responseWords(limit), 'It is sent more than it takes.', isDelivered(format, { response: limit })),
    deliveredRow(
      'a web page with 200',
      isAnyPageTaken ? 'A receiver of your own may respond with one.' : 'A proxy or a page for signing in responded.',
      isAnyPageTaken,
    ),
    deliveredRow(
      "a proxy's test for a browser, with any status",
      'The receiver has nothing.',
      isDelivered(format, { response: challenge }),
    ),
    '',
    'Every other response is a failure, and is retried.',
    '',
    ...evidenceLines(vendor, isAnyPageTaken ? OWN_RECEIVER : `${title} as its vendor runs it`),
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

const SURENESS: Readonly<Record<Vendor['rate']['sureness'], string>> = {
  read: 'Read there in November 2026; not tried on the vendor itself.',
  reported: 'Not verified here.',
  unpublished: 'There is no figure to keep to.',
};

export function rateTable(format: Format, { rate, limit, limitSeconds }: Vendor): string {
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

export function isDelivered(
  format: Format,
  { response, options }: Pick<MeantResponse, 'response' | 'options'>,
): boolean {
  const received = { statusCode: response.statusCode, headers: response.headers ?? {}, body: response.body };
  const outcome = { kind: 'answered', response: received, millis: 0, phases: {} } as const;
  return classify(outcome, format, 0, options).kind === 'success';
}
