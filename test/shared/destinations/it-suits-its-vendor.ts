/** What a destination and its simulated vendor must agree on: requests that the vendor accepts, responses, masked secrets. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeAttempt } from '../../../shared/attempt/make-attempt.flow.ts';
import { classify } from '../../../shared/delivery/classify.ts';
import { checkFields } from '../../../shared/destinations/field-check.ts';
import type { DestinationForm } from '../../../shared/destinations/form.ts';
import type { Format, RenderedRequest, RenderInput } from '../../../shared/destinations/format.ts';
import type { Vendor } from '../../../shared/destinations/simulation.vendor.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { readAccessToken, tokenIssueRequest } from '../../../shared/http/access-token.ts';
import { checkCustomHeader } from '../../../shared/http/custom-headers.ts';
import { checkWebhookUrl } from '../../../shared/http/webhook-url.ts';
import { anyFinding } from '../../builders/any-finding.ts';
import { aFilledInput, aScantInput } from '../../builders/filled-in.ts';
import { aFinding } from '../../builders/finding.ts';
import { aLongestFinding, anyLongestFinding, theLongestFinding } from '../../builders/hostile-finding.ts';
import { answered, aRenderInput } from '../../builders/rendered.ts';
import { asReceived } from '../../builders/vendor-request.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { EchoingWebhookClient } from '../../fakes/echoing-webhook-client.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';
import { runs } from '../../thorough.ts';

/** No destination accepts less; a vendor with a lower limit refuses what exceeds it. */
const MAX_BODY_BYTES = 100_000;

const URL_RULES = { allowedCidrs: [], ownHosts: [] };

export interface Destination {
  readonly format: Format;
  readonly form: DestinationForm;
  readonly vendor: Vendor;
}

export function itSuitsItsVendor(destination: Destination): void {
  itRendersForItsVendor(destination);
  itReadsTheResponsesOfItsVendor(destination);
  itMasksItsSecrets(destination);
}

function itRendersForItsVendor(destination: Destination): void {
  const { format, form, vendor } = destination;

  it('renders the same finding to the same bytes', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const input = aFilledInput(form, { finding });
        expect(format.render(structuredClone(input))).toEqual(format.render(input));
      }),
      { numRuns: runs(50) },
    );
  });

  it('renders any finding, hostile text included, to a request that its vendor accepts', () => {
    fc.assert(
      fc.property(anyFinding, fc.boolean(), (finding, isScant) => {
        const input = isScant ? aScantInput(form, { finding }) : aFilledInput(form, { finding });
        expectSendable(format.render(input));
        expectAccepted(destination, input);
      }),
      { numRuns: runs(150) },
    );
  });

  it('renders the longest finding to a request that its vendor accepts', () => {
    const input = aFilledInput(form, { finding: theLongestFinding() });
    expectSendable(format.render(input));
    expectAccepted(destination, input);
  });

  it("stays within its vendor's limits with every text at its bound, whatever it consists of", () => {
    fc.assert(
      fc.property(anyLongestFinding, fc.boolean(), (finding, isScant) => {
        const input = isScant ? aScantInput(form, { finding }) : aFilledInput(form, { finding });
        expectSendable(format.render(input));
        expectAccepted(destination, input);
      }),
      // Longest in bytes, and longest once JSON has escaped it.
      {
        numRuns: runs(40),
        examples: [['🔑', '\u0001'] as const, ['\\', '\\'] as const].map(([id, other]) => [
          aLongestFinding(id, [other]),
          false,
        ]),
      },
    );
  });

  it('sends no NUL, which some databases refuse', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const texts = textsIn(JSON.parse(format.render(aFilledInput(form, { finding })).body));
        expect(texts.filter(({ text }) => text.includes('\0'))).toEqual([]);
      }),
      { numRuns: runs(50), examples: [[aFinding({ title: '\0', attributes: { 'a\0': '\\u0000\0' } })]] },
    );
  });

  if (!READ_BY_PROGRAMS.includes(form.id)) {
    it('shows people no control character and nothing that turns what they read', () => {
      fc.assert(
        fc.property(anyFinding, (finding) => {
          const texts = textsIn(JSON.parse(format.render(aFilledInput(form, { finding })).body));
          expect(texts.filter(({ name, text }) => !/id$/i.test(name) && WILD.test(text))).toEqual([]);
        }),
        { numRuns: runs(50), examples: [[theLongestFinding()]] },
      );
    });
  }

  it('names the delivery in the longest finding if it does in a short one', () => {
    const namesIt = (finding: Finding) => {
      const { url, body } = format.render(aFilledInput(form, { finding }));
      return `${url} ${body}`.includes(aRenderInput().deliveryId);
    };
    expect(namesIt(theLongestFinding())).toBe(namesIt(aFinding()));
  });

  it('has a vendor that refuses a body without a finding', () => {
    const request = { ...asReceived(format.render(aFilledInput(form))), body: '{"hello":"world"}' };
    expect(vendor.create()(request).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('has a webhook for the demo that a tenant could connect', () => {
    const { path, options = {}, credentials, startsWithFalseSuccess = false } = vendor.demo;
    const filledIn = {
      options: accepted(form.options, options),
      credentials: accepted(form.credentials, credentials?.('https://receiver.example') ?? {}),
    };
    expectAccepted(destination, aRenderInput({ url: `https://receiver.example/vendor${path}`, ...filledIn }));
    expect(startsWithFalseSuccess && vendor.falseSuccess === undefined, 'there is no false success').toBe(false);
  });
}

/** They pass the finding on as it is; who writes the receiver decides how it is shown. */
const READ_BY_PROGRAMS: readonly string[] = ['json', 'cloudevents', 'torq'];

const WILD = /[[\p{Cc}--\n]\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/v;

/** Every text and every name in it, each text with the name that it stands under. */
function textsIn(value: unknown, name = ''): readonly { readonly name: string; readonly text: string }[] {
  if (typeof value === 'string') {
    return [{ name, text: value }];
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        { name: '', text: key },
        ...textsIn(inner, Array.isArray(value) ? name : key),
      ])
    : [];
}

function accepted(fields: DestinationForm['options'], given: Readonly<Record<string, string>>) {
  const check = checkFields(fields, given);
  if (check.kind === 'refused') {
    throw new Error(check.issues.map(({ message }) => message).join(' '));
  }
  return check.values;
}

function expectSendable({ method, url, headers, body }: RenderedRequest): void {
  expect(['POST', 'PUT']).toContain(method);
  expect(checkWebhookUrl(url, URL_RULES)).toMatchObject({ kind: 'accepted' });
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

export function expectAccepted({ format, vendor }: Destination, input: RenderInput): void {
  const receive = vendor.create();
  const request = format.render(input);
  const tokenRequest = format.authorize?.(input);
  const issued = tokenRequest && receive(asReceived(tokenIssueRequest(tokenRequest)));
  const token = readAccessToken({ statusCode: 0, headers: {}, body: '', ...issued }, 0);
  const headers = {
    ...request.headers,
    ...(typeof token === 'object' && { authorization: `Bearer ${token.value}` }),
  };
  const { statusCode, body } = receive(asReceived({ ...request, headers }));
  expect(`${statusCode} ${body}`).toMatch(new RegExp(`^${vendor.accepted}`));
  expect(classify(answered(statusCode, body), format, 0, input.options)).toEqual({ kind: 'success', statusCode });
}

function itReadsTheResponsesOfItsVendor({ format, vendor }: Destination): void {
  const { refusal, limit, falseSuccess } = vendor;

  it.each(Object.entries({ refusal, limit, falseSuccess }).filter(([, response]) => response !== undefined))(
    'reads a %s as a failure that is retried',
    (_name, { statusCode = 0, body = '', headers = {} } = refusal) => {
      const result = classify(answered(statusCode, body, headers), format, 0);
      expect(result).toMatchObject({ kind: 'failure' });
      expect(result).not.toHaveProperty('final');
    },
  );

  it('reads no response as a final failure but a 410', () => {
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
}

function itMasksItsSecrets({ format, form }: Destination): void {
  it('keeps and shows none of its secrets when a response repeats the request', async () => {
    const input = aFilledInput(form);
    const { finding, deliveryId, url, options, credentials } = input;
    const { authorization = '' } = format.render(input).headers;
    const secrets = [
      ...Object.values(credentials),
      // The end of a name and a password in base64: the mask of the name alone would leave it.
      ...authorization
        .split(' ')
        .slice(1)
        .map((word) => word.slice(-16)),
      ...(format.urlIsCredential ? [url, new URL(url).pathname] : []),
      ...(format.authorize === undefined ? [] : ['token-1']),
    ];
    const clock = new ManualClock();
    const deps = { client: new EchoingWebhookClient(), tokens: new MemoryAccessTokens(clock), clock };
    const attempt = {
      webhook: aWebhook({ url: format.urlIsCredential ? new URL(url).origin : url, format: { id: form.id, options } }),
      format,
      secret: { credentials, ...(format.urlIsCredential && { url }) },
    };
    // The client echoes the first request in a success and the second in a failure, which the delivery log keeps.
    for (const number of [1, 2]) {
      const made = await makeAttempt(deps, attempt, { deliveryId, attempt: number }, finding);
      const seen = JSON.stringify([made.attempt, made.showOutcome()]);
      for (const secret of secrets) {
        expect(seen).not.toContain(JSON.stringify(secret).slice(1, -1));
      }
      expect(seen.includes('***')).toBe(secrets.length > 0);
    }
  });
}
