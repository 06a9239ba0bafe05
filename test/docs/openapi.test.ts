/** The API's document: current in `docs/`, valid, whole enough to generate a client from, and true about what we send. */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { generateDocs } from '../../scripts/generated/generated-docs.ts';
import { buildRequest } from '../../shared/attempt/outgoing-request.schema.ts';
import { manifestOf } from '../../shared/delivery/manifest.ts';
import { format as jsonFormat } from '../../shared/destinations/json/json.ts';
import { MAIL_ROUTES, OPEN_ROUTES } from '../../shared/topology/open-routes.ts';
import { aDeliveryMessage } from '../builders/delivery.ts';
import { aFinding } from '../builders/finding.ts';
import { aWebhook } from '../builders/webhook.ts';
import { anApiWorld } from '../fakes/api-world.ts';
import {
  apiDocument,
  bodySchemaOf,
  createJudge,
  type DocumentedResponse,
  type Json,
  operations,
  outgoingRequests,
  resolved,
  type Schema,
} from '../functions/api/api-document.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const published = readFileSync(new URL('openapi.json', DOCS), 'utf8');
const { components } = apiDocument;

/** Every schema in a part of the document, with its place. */
function schemasIn(schema: Schema, position: string): readonly (readonly [string, Schema])[] {
  const { properties = {}, items, additionalProperties, allOf = [], anyOf = [] } = schema;
  return [
    [position, schema],
    ...Object.entries(properties).flatMap(([name, inner]) => schemasIn(inner, `${position}.${name}`)),
    ...(items ? schemasIn(items, `${position}[]`) : []),
    ...(typeof additionalProperties === 'object' ? schemasIn(additionalProperties, `${position}.*`) : []),
    ...[...allOf, ...anyOf].flatMap((inner, index) => schemasIn(inner, `${position}|${index}`)),
  ];
}

const named = Object.entries(components.schemas).flatMap(([name, schema]) => schemasIn(schema, name));
const parameters = [...operations, ...outgoingRequests].flatMap(({ operationId, parameters: own = [] }) =>
  own.map((parameter) => [`${operationId} ${parameter.name}`, parameter] as const),
);
const everySchema = [...named, ...parameters.flatMap(([position, { schema }]) => schemasIn(schema, position))];
const replies: readonly DocumentedResponse[] = [
  ...Object.values(components.responses),
  ...operations.flatMap(({ responses }) => Object.values(responses).filter(({ $ref }) => $ref === undefined)),
];

describe("the API's document", () => {
  it('in docs/ is the one that the routes make', () => {
    const generated = generateDocs(new URL('../', DOCS)).find(({ path }) => path === 'docs/openapi.json');
    expect(published, 'run "npm run docs"').toBe(generated?.wanted);
  });

  it('is served to everyone, and is the one in docs/', async () => {
    const { status, json } = await anApiWorld().ask('GET', '/v1/openapi.json', { claims: undefined });
    expect(status).toBe(200);
    expect(json).toEqual(JSON.parse(published));
  });

  it('is valid OpenAPI 3.1, and refers to nothing that is not there', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(published))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    validator.resolveRefs();
    const refs = [...published.matchAll(/"\$ref": "#\/components\/(\w+)\/([^"]+)"/g)].map(([, kind, name]) => [
      kind,
      name,
    ]);
    const present = new Set(
      Object.entries(components).flatMap(([kind, parts]) => Object.keys(parts).map((name) => `${kind}/${name}`)),
    );
    expect(refs.map((ref) => ref.join('/')).filter((ref) => !present.has(ref))).toEqual([]);
  });

  it('has no component that nothing refers to', () => {
    const unused = (['schemas', 'responses'] as const).flatMap((kind) =>
      Object.keys(components[kind]).filter((name) => !published.includes(`"#/components/${kind}/${name}"`)),
    );
    expect(unused).toEqual([]);
  });
});

describe('an operation of the document', () => {
  const all = [...operations, ...outgoingRequests];

  it('has a name of its own, a summary, a description and a tag that is explained', () => {
    const names = all.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(all.length);
    const tags = apiDocument.tags.map(({ name }) => name);
    const poor = all.filter(
      ({ operationId, summary, description, tags: own = [] }) =>
        !(operationId && summary && description && own.length === 1 && own.every((tag) => tags.includes(tag))),
    );
    expect(poor.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('describes every parameter of its path and no other', () => {
    for (const { path, parameters: own = [] } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(own.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
    }
  });

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'says which permission it needs and every way in which it refuses: %s',
    (operationId, { method, path, security, responses }) => {
      const statuses = Object.keys(responses).map(Number);
      if ([...OPEN_ROUTES, ...MAIL_ROUTES.map((route) => route.path)].some((open) => open === path)) {
        expect(security).toEqual([]);
        expect(statuses.filter((status) => [401, 403].includes(status))).toEqual([]);
        expect(statuses).toEqual(expect.arrayContaining([operationId === 'openUnsubscribePage' ? 303 : 200, 429, 500]));
        return;
      }
      const needed =
        method === 'GET' || ['readChanges', 'previewFormat'].includes(operationId) ? 'webhooks-read' : 'webhooks-write';
      expect(security).toEqual([{ token: [needed] }]);
      const mayBeSentBodies = method === 'GET' ? [] : [413, 415];
      expect(statuses).toEqual(expect.arrayContaining([401, 403, 429, 500, 503, ...mayBeSentBodies]));
      expect(statuses.filter((status) => status < 400)).toHaveLength(1);
    },
  );

  it('that takes a body says so in JSON, with an example', () => {
    const bodies = operations.map(bodySchemaOf).filter((schema) => schema !== undefined);
    expect(bodies).toHaveLength(13);
    for (const schema of bodies) {
      expect(resolved(schema).examples).not.toHaveLength(0);
    }
  });

  it('answers with headers where they matter', () => {
    const headersOf = (id: string, status: number) =>
      Object.keys(operations.find(({ operationId }) => operationId === id)?.responses[status]?.headers ?? {});
    expect(headersOf('connectWebhook', 201)).toEqual(['etag', 'location', 'idempotency-replayed']);
    expect(headersOf('rotateSigningSecret', 200)).toEqual(['etag', 'idempotency-replayed']);
    expect(headersOf('readWebhook', 200)).toEqual(['etag']);
    expect(Object.keys(components.responses['unauthorized']?.headers ?? {})).toEqual(['www-authenticate']);
    expect(headersOf('readWebhook', 429)).toEqual(['retry-after']);
    expect(headersOf('sendTest', 429)).toEqual(['retry-after']);
    for (const name of ['unavailable', 'throttled']) {
      expect(Object.keys(components.responses[name]?.headers ?? {})).toEqual(['retry-after']);
    }
  });
});

describe('a schema of the document', () => {
  const isDescribed = ({ $ref, allOf, description }: Schema): boolean =>
    description !== undefined ||
    ($ref !== undefined && isDescribed(resolved({ $ref }))) ||
    (allOf ?? []).some(isDescribed);

  it('is described, and so is every property, parameter and answer', () => {
    const properties = named.flatMap(([position, { properties: own = {} }]) =>
      Object.entries(own).map(([name, schema]) => [`${position}.${name}`, schema] as const),
    );
    const components_ = Object.entries(components.schemas);
    const parameterSchemas = parameters.map(([position, { schema }]) => [position, schema] as const);
    const bare = [...components_, ...properties, ...parameterSchemas].filter(([, schema]) => !isDescribed(schema));
    expect(bare.map(([position]) => position)).toEqual([]);
    expect(replies.filter(({ description }) => description === '')).toEqual([]);
  });

  it('bounds every number, and every text that may be sent', () => {
    const numbers = everySchema.filter(([, { type }]) => type === 'integer' || type === 'number');
    expect(numbers.filter(([, { minimum }]) => minimum === undefined).map(([position]) => position)).toEqual([]);
    const sent = [
      ...operations.map(bodySchemaOf).flatMap((schema) => (schema ? schemasIn(resolved(schema), '') : [])),
      ...parameters.flatMap(([position, { schema }]) => schemasIn(schema, position)),
    ];
    const unbounded = sent.filter(
      ([position, { type, maxLength, pattern, format, enum: choices }]) =>
        type === 'string' &&
        !/^(findingDetected|webhookManifest) /.test(position) &&
        // A pattern that repeats without an end bounds nothing.
        [maxLength, format, choices, /[*+]/.test(pattern ?? '*') ? undefined : pattern].every(
          (bound) => bound === undefined,
        ),
    );
    expect(unbounded.map(([position]) => position)).toEqual([]);
  });

  it('has patterns that every validator reads, without flags', () => {
    const patterns = everySchema.map(([, { pattern }]) => pattern).filter((pattern) => pattern !== undefined);
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) {
      expect(pattern).not.toMatch(/\/[a-z]*$/);
      expect(() => new RegExp(pattern, 'u')).not.toThrow();
    }
  });

  it('is met by each of its own examples', () => {
    const judge = createJudge({ strict: true });
    const examples = everySchema.flatMap(([position, schema]) =>
      (schema.examples ?? []).map((example) => [position, judge.faultsOf(schema, example)] as const),
    );
    expect(examples.length).toBeGreaterThan(50);
    expect(examples.filter(([, faults]) => faults !== '')).toEqual([]);
  });
});

describe('the outgoing request of the document', () => {
  const [operation] = outgoingRequests;
  const { deliveryId } = aDeliveryMessage();
  const previous = [{ secret: 'old-secret-of-acme', until: 2e12 }];
  const secret = { signing: { current: 'new-secret-of-acme', previous } };

  it.each([
    ['with all that a finding may have', aFinding()],
    ['with as little as a finding may have', aFinding({ remediation: { summary: '' } })],
  ])('is the one that receivers get: %s', (_what, finding) => {
    const input = { webhook: aWebhook(), secret, format: jsonFormat, finding, deliveryId, nowMillis: 1.8e12 };
    const request = buildRequest(input);
    const judge = createJudge({ strict: true });
    const body: Json = JSON.parse(request.body);
    expect(judge.faultsOf(operation ? (bodySchemaOf(operation) ?? {}) : {}, body)).toBe('');

    const described = new Map(operation?.parameters?.map((parameter) => [parameter.name, parameter]));
    const ours = Object.entries(request.headers).filter(([name]) => name !== 'content-type');
    expect(ours.map(([name]) => name).sort()).toEqual([...described.keys()].sort());
    for (const [name, value] of ours) {
      expect(judge.faultsOf(described.get(name)?.schema ?? {}, value)).toBe('');
    }
  });

  it.each([
    ['that names deliveries', [deliveryId]],
    ['of an hour in which nothing was listed', []],
  ])('is a manifest under its own name: %s', (_what, ids) => {
    const described = outgoingRequests.find(({ operationId }) => operationId === 'webhookManifest');
    const manifest = { webhookId: 'wh_siem', ids, ...manifestOf(ids, 1.8e12 - 3_600_000, 1.8e12) };
    const input = {
      webhook: aWebhook(),
      secret,
      format: jsonFormat,
      finding: aFinding(),
      deliveryId,
      nowMillis: 1.8e12,
    };
    const request = buildRequest({ ...input, manifest });
    const judge = createJudge({ strict: true });
    const body: Json = JSON.parse(request.body);
    expect(judge.faultsOf(described ? (bodySchemaOf(described) ?? {}) : {}, body)).toBe('');
    const event = described?.parameters?.find(({ name }) => name === 'x-thalian-event')?.schema ?? {};
    expect(judge.faultsOf(event, request.headers['x-thalian-event'] ?? '')).toBe('');
    expect(judge.faultsOf(event, 'finding.detected')).not.toBe('');
  });

  it('has signatures only if the webhook has a secret', () => {
    const optional = operation?.parameters?.filter(({ required }) => !required).map(({ name }) => name);
    expect(optional).toEqual(['x-thalian-signature', 'webhook-signature']);
  });
});
