/** What pages of other origins may use, held against the API's document: all that it describes, and nothing else. */
import { describe, expect, it } from 'vitest';
import { API_METHODS, API_REQUEST_HEADERS, API_RESPONSE_HEADERS } from '../../../shared/topology/api-cors.ts';
import { operations, responseOf } from '../../functions/api/api-document.ts';

describe('a page of another origin', () => {
  it('may read every response header that the document describes', () => {
    const described = operations.flatMap((operation) =>
      Object.keys(operation.responses).flatMap((status) =>
        Object.keys(responseOf(operation, Number(status))?.headers ?? {}),
      ),
    );
    expect(new Set(described)).toEqual(new Set(API_RESPONSE_HEADERS));
  });

  it('may send every header that the document asks for', () => {
    const inHeader = operations
      .flatMap(({ parameters = [] }) => parameters)
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => name);
    // A token and a body come with these two.
    expect(new Set(['authorization', 'content-type', ...inHeader])).toEqual(new Set(API_REQUEST_HEADERS));
  });

  it('may use every method that the document has', () => {
    expect(new Set(operations.map(({ method }) => method))).toEqual(new Set(API_METHODS));
  });
});
