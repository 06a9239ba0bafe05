/**
 * `npm run check-complete`: holds what a receiver has against what was due to it, by the API or by the manifests that it was sent.
 * Exits 0 if nothing is missing, 1 if something is, 2 if it could not be found out.
 */
import { isLoopbackUrl } from '../../local/aws/loopback-server.ts';
import { optional, readInstant, readOptions, readText, readWebhookId, required } from '../../local/command-line.ts';
import { compare, completenessAsJson, describeCompleteness } from './completeness.ts';
import { compareDelivered, deliveredAsJson, describeDelivered, isComplete } from './delivered-completeness.ts';
import { readEvents } from './read-events.ts';
import { readIds } from './read-ids.ts';
import { readManifests } from './read-manifests.ts';

const USAGE = `npm run check-complete -- --api URL --webhook W --file F [--since I] [--until I] [--json]
npm run check-complete -- --manifests M --file F [--webhook W] [--since I] [--until I] [--json]

Compares the webhook-ids that your receiver has with those that were due to it, and names what is missing.
The webhook's events must be listed (setting pull).

  --api URL    where the API is: https, or http on this machine
  --webhook W  its id
  --file F     what your receiver has: an id a line, or a JSON object a line with webhook-id, webhookId or id; - is standard input
  --since I    what was listed at this instant or later, ISO 8601 with a zone (default: all that is kept)
  --until I    … and before this instant (default: all but the latest seconds)
  --json       print one JSON document
  --manifests M
               in place of --api: the bodies that your receiver got, one a line, or a JSON object a line that has one as body;
               the manifests among them say what was due, and no token is needed

The token of a user who may read webhooks is in WEBHOOK_TOKEN.`;

async function main(): Promise<number> {
  const values = readOptions({
    api: { type: 'string' },
    webhook: { type: 'string' },
    file: { type: 'string' },
    manifests: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    token: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.token !== undefined) {
    throw new Error('--token would stay in the history of your shell: set WEBHOOK_TOKEN.');
  }
  const manifests = optional(readText, 'manifests', values.manifests);
  if (manifests !== undefined) {
    return checkByManifests(manifests, values);
  }
  const { origin } = required(readApiUrl, 'api', values.api);
  const webhookId = required(readWebhookId, 'webhook', values.webhook);
  const file = required(readText, 'file', values.file);
  const span = readSpan(values);
  const token = readToken();
  const own = await readIds(file);
  const { events, from, until } = await readEvents(
    { origin, token, webhookId, ...span },
    interruption(),
    console.error,
  );
  if (span.until !== undefined && until < Date.parse(span.until)) {
    console.error(`Compared up to ${new Date(until).toISOString()}: what is later may still be listed.`);
  }
  if (span.since !== undefined && from > Date.parse(span.since)) {
    console.error(`Compared from ${new Date(from).toISOString()} on: before it nothing is listed.`);
  }
  const completeness = compare(events, own, { from, until });
  console.log(values.json ? completenessAsJson(completeness) : describeCompleteness(completeness));
  return completeness.missing.length === 0 ? 0 : 1;
}

async function checkByManifests(manifests: string, values: Values): Promise<number> {
  if (values.api !== undefined) {
    throw new Error('--manifests takes the place of --api: name one of them.');
  }
  const asked = { webhookId: optional(readWebhookId, 'webhook', values.webhook), ...readSpan(values) };
  const own = await readIds(required(readText, 'file', values.file));
  const completeness = compareDelivered(await readManifests(manifests), own, asked);
  console.log(values.json ? deliveredAsJson(completeness) : describeDelivered(completeness));
  return isComplete(completeness) ? 0 : 1;
}

interface Values {
  readonly api?: string | undefined;
  readonly webhook?: string | undefined;
  readonly file?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly json: boolean;
}

function readSpan(values: Values) {
  const since = optional(readInstant, 'since', values.since);
  const until = optional(readInstant, 'until', values.until);
  if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until)) {
    throw new Error('--since is not before --until.');
  }
  return { since, until };
}

/** Its characters are checked here, as the error of a header that takes none of them would show it. */
function readToken(): string {
  const token = process.env['WEBHOOK_TOKEN']?.trim() ?? '';
  if (token === '') {
    throw new Error('WEBHOOK_TOKEN is not set: it is a token of the API.');
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Error('WEBHOOK_TOKEN is no token of the API: it has a line break, a space or a character that none has.');
  }
  return token;
}

/** The token goes there. */
function readApiUrl(name: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackUrl(url)))) {
    throw new Error(`--${name} takes an https URL, or http on this machine, not '${text}'.`);
  }
  return url;
}

/** Ctrl-C ends it at once: nothing is changed anywhere. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('Interrupted.')));
  return controller.signal;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
