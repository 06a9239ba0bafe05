/**
 * Sends the four events of findings, in every order and some twice, to a running Elasticsearch in which the pack is installed, and looks
 * at what is there in the end: `README.md` says how. Requests are those that the format renders; responses are judged as `send` does.
 */
import { readFileSync } from 'node:fs';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import { form } from '../../../shared/destinations/elastic/elastic.form.ts';
import { FINDING, format } from '../../../shared/destinations/elastic/elastic.ts';
import { canonicalFinding, type Finding } from '../../../shared/finding/finding.ts';
import { FINDING_EVENTS, type FindingEventName } from '../../../shared/finding/lifecycle.ts';
import { aFilledInput } from '../../builders/filled-in.ts';
import { aFinding } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';

const PACK = new URL('../../../receivers/elastic/', import.meta.url);

const [server = '', ...flags] = process.argv.slice(2);
if (!/^https?:/.test(server)) {
  throw new Error('Name the server, such as http://127.0.0.1:9200.');
}
/** Elastic's own templates are in its download alone: without it the index has the fields of the pack, and the rest is dynamic. */
const WITHOUT_ELASTICS_OWN = flags.includes('--without-elastics-templates');

async function ask(method: string, path: string, body?: string): Promise<Record<string, never>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server}/${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  }
  return JSON.parse(text);
}

async function install(): Promise<void> {
  const read = (file: string) => readFileSync(new URL(file, PACK), 'utf8');
  const template = JSON.parse(read('state-template.json'));
  const composed = template.composed_of.filter((name: string) => !WITHOUT_ELASTICS_OWN || !name.includes('@'));
  await ask('PUT', '_ingest/pipeline/thalian-finding-arrival', read('arrival-pipeline.json'));
  await ask('PUT', '_component_template/thalian-finding', read('component-template.json'));
  await ask('PUT', '_index_template/thalian-findings', JSON.stringify({ ...template, composed_of: composed }));
}

/** All orders of the events. */
function ordersOf(events: readonly FindingEventName[]): readonly (readonly FindingEventName[])[] {
  return events.length === 0
    ? [[]]
    : events.flatMap((event) => ordersOf(events.filter((other) => other !== event)).map((rest) => [event, ...rest]));
}

const revisionOf = (event: FindingEventName) => FINDING_EVENTS.indexOf(event) + 1;

/** Whether it counts as delivered. */
async function send(index: string, event: FindingEventName, finding: Finding): Promise<readonly [number, boolean]> {
  const { tenantId, webhookId } = aWebhook();
  const deliveryId = deliveryIdOf(tenantId, webhookId, finding.detectedAt, canonicalFinding(finding));
  const lifecycle = { event, revision: revisionOf(event) };
  const options = { index, documentPer: FINDING };
  const { method, url, headers, body } = format.render(
    aFilledInput(form, { url: server, options, finding, lifecycle, deliveryId }),
  );
  // Security is off at a server that is tried: it takes no API key.
  const { authorization: _key, ...others } = headers;
  const response = await fetch(url, { method, headers: others, body });
  const received = { statusCode: response.status, headers: {}, body: await response.text() };
  return [response.status, format.classify?.(received, options).kind === 'success'];
}

await install();
const index = `thalian-findings-${Date.now()}`;
const orders = ordersOf(FINDING_EVENTS).flatMap((order) => [order, [...order, order[0] ?? 'detected']]);
const statuses = new Map<number, number>();
const problems: string[] = [];
for (const [number, order] of orders.entries()) {
  for (const event of order) {
    const finding = aFinding({ id: `fnd_${number}`, title: `${event} ${number}` });
    const [status, isDelivered] = await send(index, event, finding);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (!isDelivered) {
      problems.push(`${order.join(' ')}: ${event} was responded to by ${status}, and failed`);
    }
  }
}
await ask('POST', `${index}/_refresh`);
const { hits } = Object(await ask('GET', `${index}/_search?size=1000`));
const documents: readonly { readonly _source: Record<string, never> }[] = hits.hits;
for (const { _source } of documents) {
  const { event, message, thalian } = Object(_source);
  const isNewest = event.action === 'finding-reopened' && event.sequence === 4 && thalian.revision === 4;
  if (!isNewest || !String(message).startsWith('reopened ') || event.kind !== 'alert' || event.ingested === undefined) {
    problems.push(`${message}: ${JSON.stringify(event)}`);
  }
}
if (documents.length !== orders.length) {
  problems.push(`${orders.length} findings are ${documents.length} documents`);
}
const found = await ask('GET', `${index}/_count?q=event.sequence:4 AND event.action:finding-reopened`);
const counts = [...statuses].toSorted().map(([status, count]) => `${count} times ${status}`);
console.log(
  `${orders.length} findings in ${counts.join(', ')}: ${documents.length} documents, ${Object(found).count} found by revision and event`,
);
for (const problem of problems) {
  console.log(problem);
}
await ask('DELETE', index);
process.exitCode = problems.length === 0 && Object(found).count === orders.length ? 0 : 1;
