/**
 * Requests as the API's document describes them, and slightly broken ones: for each operation paths, queries, headers and
 * bodies are derived from its schemas. Names that mean something (a URL, a secret, a cursor) get values that often do.
 */
import fc from 'fast-check';
import { PROBLEM_MEDIA_TYPE } from '../../../shared/api/problems.schema.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { FORMS } from '../../../shared/destinations/forms.form.ts';
import {
  apiDocument,
  bodySchemaOf,
  type Json,
  type Operation,
  operations,
  resolved,
  type Schema,
} from './api-document.ts';
import { CURSORS, DELIVERIES, SECRET_MARK, WEBHOOK_IDS } from './two-tenants.ts';

export const ACTORS = ['vega', 'rigel', 'reader of vega', 'powerless', 'access token', 'anonymous'] as const;
export type ActorName = (typeof ACTORS)[number];

/** Stand for what only the responses before can tell. */
export const LATEST_WEBHOOK = 'latest-webhook';
export const LATEST_CURSOR = 'latest-cursor';

export interface GeneratedRequest {
  /** By its name. */
  readonly operation: string;
  readonly actor: ActorName;
  /** With the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const referred = (name: string) => ({ $ref: `#/components/responses/${name}`, description: '' });

/** No operation of the document has it. */
const METHOD_NOT_ALLOWED = {
  description: '',
  headers: { allow: { required: true, schema: { type: 'string' } } },
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Routes that do not exist: of these paths, or with these methods. */
const NOWHERE: readonly Operation[] = ['PUT /v1/webhooks', 'GET /v2/webhooks', 'POST /', 'PATCH /v1/formats'].map(
  (route) => {
    const [method = '', path = ''] = route.split(' ');
    const responses = {
      401: referred('unauthorized'),
      404: referred('not-found'),
      405: METHOD_NOT_ALLOWED,
      413: referred('body-too-large'),
      415: referred('not-json'),
    };
    return { operationId: route, method, path, responses };
  },
);

const secretText = fc.stringMatching(/^[0-9a-f]{12,24}$/).map((hex) => SECRET_MARK + hex);

const ownSecret = fc.oneof(
  { weight: 6, arbitrary: secretText },
  { weight: 1, arbitrary: secretText.map((text) => `whsec_${Buffer.from(text).toString('base64')}`) },
  { weight: 1, arbitrary: secretText.map((text) => `whsec_${text}`) },
  { weight: 1, arbitrary: fc.constantFrom(`${SECRET_MARK}short`, `${SECRET_MARK} with spaces in it`, '') },
);

const headerName = fc.constantFrom(
  'X-Api-Key',
  'Authorization',
  'x-team',
  'X-TEAM',
  'Host',
  'webhook-id',
  'a b',
  '__proto__',
);

const fieldNames = FORMS.flatMap(({ options, credentials }) => [...options, ...credentials]).map(({ name }) => name);

const fields = (value: fc.Arbitrary<string>) =>
  fc.oneof(fc.constant({}), fc.dictionary(fc.constantFrom(...fieldNames, 'constructor'), value, { maxKeys: 2 }));

/** Of the words that mean something, what they may be. */
const BY_NAME: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  url: fc.constantFrom(
    'https://siem.example.com/in',
    'https://siem.example.com/other?a=b#c',
    'https://other.example.com:8443/',
    'https://bücher.example/ü',
    'http://siem.example.com/in',
    'https://127.0.0.1/in',
    'https://[::ffff:10.0.0.1]/',
    'https://user:word@siem.example.com/',
    `https://siem.example.com/${'x'.repeat(2_100)}`,
    'javascript:alert(1)',
  ),
  format: fc.constantFrom(...FORMS.map(({ id }) => id), 'constructor', 'no-such-format'),
  secret: fc.oneof(ownSecret, fc.constant({ generate: true })),
  options: fc.oneof(
    { weight: 3, arbitrary: fields(fc.constantFrom('security', 'main', '', 'x'.repeat(300), 'a\nb')) },
    fc.constantFrom('{"a": "{{ title }}"}', '{"a": "{{ titel }}"}', '{').map((body) => ({ body })),
  ),
  credentials: fields(secretText),
  headers: fc.dictionary(
    headerName,
    fc.oneof(
      secretText,
      secretText.map((text) => `Bearer ${text}`),
    ),
    { maxKeys: 3 },
  ),
  cursor: fc.oneof(
    fc.constant(LATEST_CURSOR),
    fc.constantFrom(...CURSORS),
    fc.constantFrom(...CURSORS).map((cursor) => `${cursor.slice(0, -2)}AA`),
  ),
  'if-match': fc.constantFrom(
    '"1"',
    '"1"',
    '"2"',
    '"3"',
    'W/"1"',
    '*',
    '1',
    '"999"',
    '""',
    '"1", "2"',
    'tag',
    '9'.repeat(40),
  ),
  'idempotency-key': fc.constantFrom('key-1', 'key-1', 'key-2', 'x'.repeat(255), 'x'.repeat(256), 'k\u00fc', ''),
  limit: fc.constantFrom(1, 2, 100, 0, 101, -1, 1.5, '', 'ten', '1e1'),
  hours: fc.constantFrom(1, 24, 168, 0, 169, 'NaN', '0x10'),
};

/** Goes only where the format is sure to be one that keeps its URL as a secret. */
function secretUrl(example: string): fc.Arbitrary<string> {
  return secretText.map((text) => example.replaceAll(/X{4,}/g, text));
}

function named(name: string, schema: Schema): fc.Arbitrary<Json> {
  return BY_NAME[name] ?? fitting(schema);
}

/** Values that fit a schema of the document, by and large: what its words leave open is not looked at. */
function fitting(schema: Schema): fc.Arbitrary<Json> {
  const { $ref, examples = [], enum: choices, anyOf, type } = schema;
  if ($ref !== undefined) {
    return fitting(resolved(schema));
  }
  if (choices !== undefined) {
    return fc.constantFrom(...choices);
  }
  if (anyOf !== undefined) {
    return fc.oneof(...anyOf.map(fitting));
  }
  const types = typeof type === 'string' ? [type] : (type ?? []);
  const generated = fc.oneof(...types.map((one) => fittingType(one, schema)));
  return examples.length === 0
    ? generated
    : fc.oneof({ weight: 3, arbitrary: generated }, fc.constantFrom(...examples));
}

function fittingType(type: string, schema: Schema): fc.Arbitrary<Json> {
  const { minimum = -1_000, maximum = 1_000, minLength = 0, maxLength = 40, format } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'string':
      return format === 'date-time'
        ? fc
            .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
            .map((date) => date.toISOString())
        : fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) });
    case 'object':
      return objectOf(schema);
    case 'array': {
      const { items, minItems = 0, maxItems = 3 } = schema;
      const entry = items === undefined ? fc.constant(null) : fitting(items);
      return fc.array(entry, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) });
    }
    default:
      throw new Error(`The document has a request with ${type} in it: say here what that may be`);
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<Json> {
  const values = Object.entries(properties).map(([name, schema]) => [
    name,
    fc.oneof({ weight: 8, arbitrary: named(name, schema) }, nullsOf(schema)),
  ]);
  return recordOf(Object.fromEntries(values), required);
}

function recordOf(
  values: Readonly<Record<string, fc.Arbitrary<Json>>>,
  required: readonly string[] = Object.keys(values),
): fc.Arbitrary<Json> {
  return fc.record(values, { requiredKeys: [...required] });
}

/** Null where it may be given. */
function nullsOf({ type, anyOf = [] }: Schema) {
  const mayBeNull = type?.includes('null') || anyOf.some((inner) => inner.type === 'null');
  return { weight: mayBeNull ? 2 : 0, arbitrary: fc.constant(null) };
}

const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    ' ',
    [],
    {},
    [[]],
    { generate: false },
    { generate: true, more: 1 },
  ),
  fc.constantFrom(
    'x'.repeat(10_000),
    '\u0000',
    '\ud800',
    '🔑'.repeat(101),
    '2026-02-30T00:00:00Z',
    '../..',
    '<script>',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }).map((value): Json => JSON.parse(JSON.stringify(value))),
);

type Change = (value: Json | undefined) => Json | undefined;

/** Left out, replaced, or given something unknown. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>(() => undefined),
  odd.map<Change>((value) => () => value),
  fc.tuple(fc.constantFrom('password', '__proto__', 'toString', ''), odd).map<Change>(
    ([name, value]) =>
      (before) =>
        isObject(before) ? { ...before, [name]: value } : [before ?? null],
  ),
);

/** One place of the value changed: the whole of it, or something inside. */
function changed(value: Json, position: number, how: Change): Json | undefined {
  const inside = isObject(value) ? Object.entries(value) : [];
  const [name, inner] = inside[position % (inside.length + 1)] ?? [];
  if (!isObject(value) || name === undefined || inner === undefined) {
    return how(value);
  }
  const after = changed(inner, Math.floor(position / (inside.length + 1)), how);
  const { [name]: _before, ...rest } = value;
  return after === undefined ? rest : { ...rest, [name]: after };
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NO_JSON = [
  '{',
  '{"name":"a",}',
  'NaN',
  '\ufeff{}',
  "{'a':1}",
  '['.repeat(30_000),
  '{"a":1}{}',
  `"${SECRET_MARK}`,
];

function bodyOf(operation: Operation): fc.Arbitrary<string | undefined> {
  const schema = bodySchemaOf(operation);
  if (schema === undefined) {
    return fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      fc.constantFrom('', '{}', '{"a":1}', 'x'.repeat(70_000)),
    );
  }
  const valid = operation.operationId === 'connectWebhook' ? fc.oneof(fitting(schema), destination) : fitting(schema);
  const broken = fc
    .tuple(fitting(schema), fc.nat(), change)
    .map(([value, position, how]) => changed(value, position, how) ?? null);
  return fc.oneof(
    { weight: 6, arbitrary: valid.map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: broken.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '', ...NO_JSON) },
    { weight: 1, arbitrary: valid.map((value) => JSON.stringify({ ...Object(value), name: 'x'.repeat(66_000) })) },
  );
}

/** Destinations that the catalogue knows, with what it wants to know of them: most are accepted. */
const destination = fc.constantFrom(...FORMS).chain(({ id, url, options, credentials }) => {
  const isSecret = findFormat(id)?.urlIsCredential ?? false;
  const given = options.filter(({ example }) => example !== undefined);
  return recordOf(
    {
      name: fc.constant(`To ${id}`),
      format: fc.constant(id),
      url: isSecret ? secretUrl(url.example) : fc.constant(url.example),
      options: recordOf(Object.fromEntries(given.map(({ name, example = '' }) => [name, fc.constant(example)]))),
      credentials: recordOf(Object.fromEntries(credentials.map(({ name }) => [name, secretText]))),
      headers: fc.dictionary(fc.constantFrom('X-Api-Key', 'X-Team'), secretText, { maxKeys: 2 }),
      secret: fc.oneof(ownSecret, fc.constant({ generate: true })),
    },
    ['name', 'format', 'url', 'credentials'],
  );
});

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
    'application/json ;a=b',
  ),
  fc.constantFrom(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    'json',
    '',
  ),
);

const oddHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  fc.constantFrom<Readonly<Record<string, string>>>(
    { 'x-http-method-override': 'DELETE' },
    { accept: 'text/html', origin: 'https://elsewhere.example' },
    { 'content-encoding': 'gzip' },
    { authorization: `Bearer ${SECRET_MARK}token`, cookie: '__proto__=1' },
    { 'x-forwarded-host': 'elsewhere.example', 'x-tenant-id': 'rigel' },
  ),
);

/** What a header may carry: neither line breaks nor anything beyond Latin-1. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 70,
});

function headersOf({ parameters = [] }: Operation): fc.Arbitrary<Readonly<Record<string, string>>> {
  const inHeader = parameters.filter((parameter) => parameter.in === 'header');
  const values = inHeader.map(({ name, schema }) => {
    const value = fc.oneof({ weight: 6, arbitrary: named(name, schema).map(String) }, headerText);
    return [name, fc.option(value, { nil: undefined, freq: 2 })] as const;
  });
  return fc.record(Object.fromEntries(values)).map((headers) => withoutUndefined(headers));
}

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const value = fc.oneof(
        { weight: 8, arbitrary: named(name, schema).map(String) },
        fc.string({ unit: 'binary', maxLength: 12 }),
      );
      return fc.option(
        value.map((text) => `${name}=${escaped(text)}`),
        { nil: '' },
      );
    });
  const extra = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    fc.constantFrom('limit=1&limit=2', 'status[]=failed', 'tenantId=rigel', '%', '%ff=%00', '__proto__=1', '&&='),
  );
  return fc.tuple(...pairs, extra).map((parts) => parts.filter((part) => part !== '').join('&'));
}

const oddId = fc.oneof(
  fc.constantFrom(
    'nothing',
    '__proto__',
    'wh#vega',
    'wh_vega_json ',
    '%',
    'x'.repeat(65),
    'dlv_',
    'dlv_test_1',
    '\u0000',
  ),
  fc.string({ unit: 'binary', minLength: 3, maxLength: 12 }),
);

/** Not of dots alone, which would be another path. */
const webhookId = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...WEBHOOK_IDS.filter((id) => id.includes('vega'))) },
  { weight: 4, arbitrary: fc.constant(LATEST_WEBHOOK) },
  { weight: 3, arbitrary: fc.constantFrom(...WEBHOOK_IDS.filter((id) => id.includes('rigel'))) },
  { weight: 1, arbitrary: oddId },
);

function deliveryIdOf(webhook: string): fc.Arbitrary<string> {
  const own = DELIVERIES.filter((delivery) => delivery.webhookId === webhook);
  const ofAll = fc.constantFrom(...(own.length === 0 ? DELIVERIES : own)).map(({ deliveryId }) => deliveryId);
  return fc.oneof(
    { weight: 8, arbitrary: ofAll },
    fc.constantFrom(...DELIVERIES).map(({ deliveryId }) => deliveryId),
    oddId,
  );
}

const formatId = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...FORMS.map(({ id }) => id)) }, oddId);

function pathOf({ path }: Operation): fc.Arbitrary<string> {
  const illEncoded = fc.constantFrom('%E0%A4%A', '%zz', '%').map((segment) => path.replace(/\{\w+\}/, segment));
  const encoded = webhookId.chain((webhook) =>
    fc
      .tuple(deliveryIdOf(webhook), formatId)
      .map(([delivery, format]) =>
        path
          .replace('{webhookId}', escaped(webhook))
          .replace('{deliveryId}', escaped(delivery))
          .replace('{formatId}', escaped(format)),
      ),
  );
  return fc.oneof({ weight: 30, arbitrary: encoded }, illEncoded);
}

/** Half of a surrogate pair cannot travel in a URL. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function withoutUndefined(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function requestOf(operation: Operation): fc.Arbitrary<GeneratedRequest> {
  const actor = fc.oneof(
    { weight: 16, arbitrary: fc.constant<ActorName>('vega') },
    fc.constantFrom<ActorName>(...ACTORS),
  );
  return fc
    .tuple(
      actor,
      pathOf(operation),
      queryOf(operation),
      headersOf(operation),
      oddHeaders,
      contentType,
      bodyOf(operation),
    )
    .map(([by, path, query, headers, others, type, body]) => {
      const isBodiless = operation.method === 'GET' || body === undefined;
      return {
        operation: operation.operationId,
        actor: by,
        target: query === '' ? path : `${path}?${query}`,
        headers: { ...others, ...headers, ...(!isBodiless && type !== '' && { 'content-type': type }) },
        ...(!isBodiless && { body }),
      };
    });
}

/** Its slack webhook is given another URL: a secret as well. */
const changeOfSlack: fc.Arbitrary<GeneratedRequest> = secretUrl('https://hooks.slack.com/services/T0/B0/XXXX').map(
  (url) => ({
    operation: 'changeWebhook',
    actor: 'vega',
    target: '/v1/webhooks/wh_vega_slack',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  }),
);

export function operationNamed(name: string): Operation {
  const operation = [...operations, ...NOWHERE].find(({ operationId }) => operationId === name);
  if (operation === undefined) {
    throw new Error(`${apiDocument.openapi}: no operation ${name}`);
  }
  return operation;
}

const byOperation = [...operations, ...NOWHERE].map(
  (operation) => [operation.operationId, requestOf(operation)] as const,
);

/** Any of them, and more of what the others build on. */
const anything = fc.oneof(
  ...byOperation.map(([, arbitrary]) => ({ weight: 1, arbitrary })),
  { weight: 3, arbitrary: requestOf(operationNamed('connectWebhook')) },
  { weight: 1, arbitrary: changeOfSlack },
);

/** Again and again the same few, which go deeper together: limits are met, keys and cursors are used twice. */
const fewThings = fc
  .subarray(
    byOperation.filter(([name]) => name !== 'readOpenApi').map(([, arbitrary]) => arbitrary),
    { minLength: 1, maxLength: 3 },
  )
  .chain((few) => manyOf(fc.oneof(...few, requestOf(operationNamed('connectWebhook')))));

function manyOf(request: fc.Arbitrary<GeneratedRequest>): fc.Arbitrary<GeneratedRequest[]> {
  return fc.array(request, { minLength: 1, maxLength: 16, size: 'max' });
}

/** Requests of one walk, one after the other. */
export const walks: fc.Arbitrary<readonly GeneratedRequest[]> = fc.oneof(manyOf(anything), fewThings);
