/**
 * What holds for every format and any finding: the same bytes twice, a request that can be put on the wire, and one that
 * the destination takes by its documented rules (`<id>.vendor.ts`), its limits and its markup among them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/delivery/classify.ts';
import type { FormatContract } from '../../../shared/destinations/form.ts';
import type { RenderedRequest } from '../../../shared/destinations/format.ts';
import { FORMATS, findFormat } from '../../../shared/destinations/formats.ts';
import { FORMAT_CONTRACTS } from '../../../shared/destinations/forms.form.ts';
import { createVendors } from '../../../shared/destinations/vendors.vendor.ts';
import { readAccessToken, tokenIssueRequest } from '../../../shared/http/access-token.ts';
import { checkCustomHeader } from '../../../shared/http/custom-headers.ts';
import { checkWebhookUrl } from '../../../shared/http/webhook-url.ts';
import { anyFinding } from '../../builders/any-finding.ts';
import { aFilledInput, aScantInput } from '../../builders/filled-in.ts';
import { theLongestFinding } from '../../builders/hostile-finding.ts';
import { answered } from '../../builders/rendered.ts';
import { asReceived } from '../../builders/vendor-request.ts';

/** No destination takes less of a body; those that take less than the longest finding have a limit of their own. */
const MAX_BODY_BYTES = 100_000;

const RULES = { allowedCidrs: [], ownHosts: [] };

function rendererOf({ id }: FormatContract) {
  const format = findFormat(id);
  if (format === undefined) {
    throw new Error(`${id} has no renderer`);
  }
  return format;
}

function expectSendable({ method, url, headers, body }: RenderedRequest): void {
  expect(['POST', 'PUT']).toContain(method);
  expect(checkWebhookUrl(url, RULES)).toMatchObject({ kind: 'accepted' });
  for (const [name, value] of Object.entries(headers)) {
    expect(name).toBe(name.toLowerCase());
    // Of the names only the content type is reserved, for formats.
    expect([undefined, 'reserved-name']).toContain(checkCustomHeader(name, value));
    expect(value).toMatch(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
  }
  expect(headers).toHaveProperty('content-type');
  expect(body.isWellFormed()).toBe(true);
  expect(JSON.stringify(JSON.parse(body))).toBe(body);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BODY_BYTES);
}

it('there is a vendor to try every format on', () => {
  expect(createVendors().map(({ formatId }) => formatId)).toEqual(FORMATS.map(({ id }) => id));
});

describe.each(FORMAT_CONTRACTS.map((contract) => [contract.id, contract] as const))('the format %s', (id, contract) => {
  const format = rendererOf(contract);

  function expectAccepted(input: Parameters<typeof format.render>[0]): void {
    const request = format.render(input);
    const vendor = createVendors().find(({ formatId }) => formatId === id);
    const tokenRequest = format.authorize?.(input);
    const issued = tokenRequest && vendor?.receive(asReceived(tokenIssueRequest(tokenRequest)));
    const token = readAccessToken({ statusCode: 0, headers: {}, body: '', ...issued }, 0)?.value;
    const headers = { ...request.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const { statusCode = 0, body = '' } = vendor?.receive(asReceived({ ...request, headers })) ?? {};
    expect(`${statusCode} ${body}`).toMatch(/^2/);
    expect(classify(answered(statusCode, body), format, 0, input.options)).toEqual({ kind: 'success', statusCode });
  }

  it('renders the same finding to the same bytes', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const input = aFilledInput(contract, { finding });
        expect(format.render(structuredClone(input))).toEqual(format.render(input));
      }),
      { numRuns: 50 },
    );
  });

  it('renders any finding to a request that its destination takes', () => {
    fc.assert(
      fc.property(anyFinding, fc.boolean(), (finding, isScant) => {
        const input = isScant ? aScantInput(contract, { finding }) : aFilledInput(contract, { finding });
        expectSendable(format.render(input));
        expectAccepted(input);
      }),
      { numRuns: 150 },
    );
  });

  it('renders the longest finding to a request that its destination takes', () => {
    const input = aFilledInput(contract, { finding: theLongestFinding() });
    expectSendable(format.render(input));
    expectAccepted(input);
  });

  it('takes no failure for final, whatever the answer, but the 410 that is for every format', () => {
    const anyResponse = fc.tuple(
      fc.integer({ min: 200, max: 599 }).filter((statusCode) => statusCode !== 410),
      fc.oneof(fc.json(), fc.string(), fc.constantFrom('ok', '1', 'null', '{"code":0}', '{"id":"1"}')),
    );
    fc.assert(
      fc.property(anyResponse, ([statusCode, body]) => {
        expect(classify(answered(statusCode, body), format, 0)).not.toHaveProperty('final');
      }),
    );
    expect(classify(answered(410), format, 0)).toMatchObject({ final: 'gone' });
  });

  it('judges its destination as it means it', () => {
    const vendor = createVendors().find(({ formatId }) => formatId === id);
    for (const response of [vendor?.refusal, vendor?.limit, vendor?.falseSuccess]) {
      if (response !== undefined) {
        const result = classify(answered(response.statusCode, response.body, response.headers), format, 0);
        expect(result).toMatchObject({ kind: 'failure' });
        expect(result).not.toHaveProperty('final');
      }
    }
  });
});
