/**
 * What the generated parts of the receivers' page must say: the sample request's body, every field of it by the schemas, and
 * every cause of a failed attempt. Why a field matters to a receiver is in the schema's description.
 */
import * as z from 'zod';
import { findingPayloadSchema } from '../../shared/api/outgoing-webhook.schema.ts';
import { manifestOf } from '../../shared/delivery/manifest.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { findingSchema } from '../../shared/finding/finding.schema.ts';
import { FIRST_DETECTION } from '../../shared/finding/lifecycle.ts';
import { SAMPLE_FINDING } from '../../shared/finding/sample-finding.ts';
import { ATTEMPT_CAUSES } from '../../shared/http/attempt-outcome.ts';
import { CAUSE_WORDS } from '../../shared/http/failure-causes.ts';
import { MANIFEST_PERIOD_SECONDS } from '../../shared/topology/schedules.ts';
import { exampleDeliveryId } from './example-request.ts';

type Part = z.core.JSONSchema.BaseSchema;

/** By their names on the page. */
export function receiversPageParts(): Readonly<Record<string, string>> {
  return { body: sampleBody(), fields: fieldsTable(), causes: causesTable(), manifest: sampleManifest() };
}

function causesTable(): string {
  const rows = ATTEMPT_CAUSES.map((cause) => {
    const { name, advice } = CAUSE_WORDS[cause];
    return `| \`${cause}\` | ${name} | ${advice} |`;
  });
  return ['| cause | name | what to do |', '|---|---|---|', ...rows].join('\n');
}

/** As a webhook that is connected now gets it. */
function sampleBody(): string {
  const finding = { finding: SAMPLE_FINDING, lifecycle: FIRST_DETECTION };
  const input = { ...finding, deliveryId: exampleDeliveryId(), url: '', options: {}, credentials: {} };
  return ['```json', JSON.stringify(JSON.parse(jsonFormat.render(input).body), null, 2), '```'].join('\n');
}

/** Of the hour in which the sample was listed. */
function sampleManifest(): string {
  const until = Date.parse(SAMPLE_FINDING.detectedAt) + MANIFEST_PERIOD_SECONDS * 1000;
  const deliveryId = exampleDeliveryId();
  const listed = manifestOf([deliveryId], until - MANIFEST_PERIOD_SECONDS * 1000, until);
  const manifest = { webhookId: 'wh_01JDPX8Z', ids: [deliveryId], ...listed };
  const body = jsonFormat.renderManifest?.({ manifest, deliveryId, url: '', options: {} }).body ?? '';
  return ['```json', JSON.stringify(JSON.parse(body), null, 2), '```'].join('\n');
}

function fieldsTable(): string {
  // The payload's own finding is a reference to a component; the rows need its members.
  const payload = z.toJSONSchema(findingPayloadSchema.extend({ data: findingSchema }), { io: 'input' });
  return ['| field | type | meaning |', '|---|---|---|', ...rowsOf(payload, '', true)].join('\n');
}

function rowsOf(part: Part, path: string, isRequired: boolean): readonly string[] {
  const { properties, required = [], description = '', items } = part;
  if (items !== undefined && isPart(items) && items.properties !== undefined) {
    return rowsOf(items, `${path}[]`, isRequired);
  }
  if (properties === undefined) {
    return [`| \`${path}\` | ${typeWords(part)}${isRequired ? '' : ', optional'} | ${description} |`];
  }
  return Object.entries(properties).flatMap(([name, member]) =>
    isPart(member) ? rowsOf(member, path === '' ? name : `${path}.${name}`, isRequired && required.includes(name)) : [],
  );
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As on the rows of a table; lengths count code points. */
function typeWords(part: Part): string {
  const { type, const: only, enum: choices, minLength, maxLength, minimum, maximum } = part;
  const values = only === undefined ? choices : [only];
  if (type === 'string' && values !== undefined) {
    return values.map((value) => `\`${value}\``).join(', ');
  }
  if (type === 'string') {
    const lengths = minLength === undefined ? `up to ${maxLength}` : `${minLength} to ${maxLength}`;
    return maxLength === undefined ? 'string' : `string, ${lengths}`;
  }
  if (type === 'integer') {
    return `whole number, ${minimum} to ${maximum}`;
  }
  if (type === 'number') {
    return `number, ${minimum} to ${maximum}`;
  }
  if (type === 'array' && isPart(part.items)) {
    return `list of ${part.minItems} to ${part.maxItems}, each a ${typeWords(part.items)}`;
  }
  if (type === 'object' && isPart(part.additionalProperties)) {
    return `object of up to ${part.maxProperties}, each a ${typeWords(part.additionalProperties)}`;
  }
  throw new Error(`Teach scripts/generated/receivers-page.ts how to describe ${JSON.stringify(part)}`);
}
