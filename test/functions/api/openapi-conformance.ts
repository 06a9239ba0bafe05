/** What is wrong with a response of the API by its own document. Which request it answers matters only for the operation. */
import { PROBLEM_MEDIA_TYPE } from '../../../shared/api/problems.schema.ts';
import { type DocumentedResponse, type Json, type Judge, type Operation, responseOf } from './api-document.ts';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Headers that mean something to a client: none may come that the document does not name. */
const SPEAKING = ['allow', 'etag', 'location', 'retry-after', 'idempotency-replayed', 'www-authenticate'];

/** One sentence per fault. */
export function faultsOf(judge: Judge, operation: Operation, response: ApiResponse): readonly string[] {
  const documented = responseOf(operation, response.status);
  if (documented === undefined) {
    return [`${operation.operationId} does not say that it answers ${response.status}: ${response.text}`];
  }
  return [...headerFaults(judge, documented, response), ...bodyFaults(judge, documented, response)];
}

function headerFaults(
  judge: Judge,
  { headers: described = {} }: DocumentedResponse,
  { headers }: ApiResponse,
): string[] {
  const missing = Object.entries(described).filter(([name, { required }]) => required && headers[name] === undefined);
  const unknown = SPEAKING.filter((name) => headers[name] !== undefined && described[name] === undefined);
  const malformed = Object.entries(described).flatMap(([name, { schema }]) => {
    const value = headers[name];
    const faults = value === undefined ? '' : judge.faultsOf(schema, schema.type === 'integer' ? Number(value) : value);
    return faults === '' ? [] : [`${name} ${faults}`];
  });
  return [
    ...missing.map(([name]) => `${name} is missing`),
    ...unknown.map((name) => `${name} is not in the document`),
    ...malformed,
  ];
}

function bodyFaults(judge: Judge, { content }: DocumentedResponse, { status, headers, text }: ApiResponse): string[] {
  const mediaType = headers['content-type'];
  if (content === undefined) {
    return text === '' && mediaType === undefined ? [] : [`a body that is not in the document: ${text}`];
  }
  const wanted = status >= 400 ? PROBLEM_MEDIA_TYPE : 'application/json';
  const schema = content[wanted]?.schema;
  if (mediaType !== wanted || schema === undefined) {
    return [`${status} came as ${mediaType} instead of ${wanted}`];
  }
  const json: Json = JSON.parse(text);
  const faults = judge.faultsOf(schema, json);
  return [
    ...(faults === '' ? [] : [`${faults}: ${text}`]),
    ...(status >= 400 && statusIn(json) !== status ? [`it says ${statusIn(json)} and is ${status}`] : []),
  ];
}

function statusIn(json: Json): Json | undefined {
  return typeof json === 'object' && json !== null && 'status' in json ? json['status'] : undefined;
}
