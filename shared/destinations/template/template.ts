/**
 * A body of the customer's own: a JSON document whose texts have placeholders. Its language is bounded and without loops, its
 * reader and renderer are our own ([why](../../../docs/adr/0033-a-template-is-a-json-document.md)).
 */
import type { ReceiverResponse } from '../../http/attempt-outcome.ts';
import { parseResponseObject } from '../../http/response-json.ts';
import { type Classification, classifyByStatus, type Format } from '../format.ts';
import { compileTemplate } from './compile-template.ts';
import { renderTemplate } from './render-template.ts';

export const format: Format = {
  id: 'template',
  urlIsCredential: false,
  render: ({ finding, lifecycle, deliveryId, url, options }) => {
    const compiled = compileTemplate(options['body'] ?? '');
    if (compiled.kind === 'refused') {
      throw new Error('A template was saved that this version does not read');
    }
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: renderTemplate(compiled.root, { finding, lifecycle, deliveryId }),
    };
  },
  classify,
};

/** GraphQL responds with 200 to what it did not carry out: then there are errors, and no data (specification, 7.1). */
function classify(response: ReceiverResponse): Classification {
  const { errors, data } = parseResponseObject(response.body) ?? {};
  const isRefusedByGraphQl = Array.isArray(errors) && errors.length > 0 && (data === undefined || data === null);
  return isRefusedByGraphQl ? { kind: 'failure' } : classifyByStatus(response);
}
