/**
 * The API's OpenAPI document as tests read it: every operation with the parameters, bodies and answers that it refers to,
 * and a judge of JSON by a schema of the document.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { createApi } from '../../../functions/api/handler.ts';
import { describeApi } from '../../../functions/api/routes/openapi.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The part of JSON Schema that the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly Json[];
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface DocumentedResponse {
  readonly $ref?: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface RawOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface Operation extends RawOperation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly webhooks: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, DocumentedResponse>>;
  };
}

/** As it is served. */
export const apiDocument: ApiDocument = JSON.parse(JSON.stringify(describeApi(createApi(anApiWorld().deps))));

export const operations: readonly Operation[] = operationsOf(apiDocument.paths);
export const outgoingRequests: readonly Operation[] = operationsOf(apiDocument.webhooks);

function operationsOf(paths: ApiDocument['paths']): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

export function bodySchemaOf({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

/** Undefined if the operation does not say that it may answer so. */
export function responseOf({ responses }: Operation, status: number): DocumentedResponse | undefined {
  const response = responses[status];
  return response?.$ref === undefined ? response : apiDocument.components.responses[nameOf(response.$ref)];
}

/** What a `$ref` leads to, or the schema itself. */
export function resolved(schema: Schema): Schema {
  const target = schema.$ref === undefined ? schema : apiDocument.components.schemas[nameOf(schema.$ref)];
  if (target === undefined) {
    throw new Error(`Nothing is at ${schema.$ref}`);
  }
  return target;
}

function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? '';
}

/** Whether JSON fits a schema of the document. */
export interface Judge {
  /** What is wrong; empty if nothing is. */
  faultsOf(schema: Schema, value: Json | undefined): string;
}

/**
 * A strict judge also refuses properties that the document does not name: it leaves objects open, so that clients bear
 * new ones, but the service must not answer what it does not describe.
 */
export function createJudge({ strict = false } = {}): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const close = strict ? closed : (schema: Schema) => schema;
  for (const [name, schema] of Object.entries(apiDocument.components.schemas)) {
    ajv.addSchema(close(schema), `#/components/schemas/${name}`);
  }
  const compiled = new WeakMap<Schema, ReturnType<typeof ajv.compile>>();
  return {
    faultsOf(schema, value) {
      const validate = compiled.get(schema) ?? ajv.compile(close(schema));
      compiled.set(schema, validate);
      return validate(value) ? '' : ajv.errorsText(validate.errors);
    },
  };
}

function closed(schema: Schema): Schema {
  const { properties, items, anyOf, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, closed(inner)])),
      additionalProperties: additionalProperties ?? false,
    }),
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
  };
}
