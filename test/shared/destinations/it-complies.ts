/**
 * What holds for every destination. Each destination's own test calls `itComplies`: a form that can be served, requests that
 * the vendor accepts by its documented rules, the same bytes for the same input, a reading of the vendor's responses, masked
 * secrets, a page for the customer, and a golden example. `catalogue.test.ts` fails if a test does not call it.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destinationPage, PAGE_HEADINGS } from '../../../scripts/generated-destinations.ts';
import { makeAttempt } from '../../../shared/attempt/make-attempt.flow.ts';
import { classify } from '../../../shared/delivery/classify.ts';
import type { DestinationId } from '../../../shared/destinations/catalogue.ts';
import { checkFields, type DestinationForm } from '../../../shared/destinations/form.ts';
import type { Format, RenderedRequest, RenderInput } from '../../../shared/destinations/format.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { findForm } from '../../../shared/destinations/forms.form.ts';
import type { Vendor } from '../../../shared/destinations/simulation.vendor.ts';
import { findVendor } from '../../../shared/destinations/vendors.vendor.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { readAccessToken, tokenIssueRequest } from '../../../shared/http/access-token.ts';
import { checkCustomHeader } from '../../../shared/http/custom-headers.ts';
import { checkWebhookUrl } from '../../../shared/http/webhook-url.ts';
import { anyFinding } from '../../builders/any-finding.ts';
import { aFilledInput, aScantInput } from '../../builders/filled-in.ts';
import { aFinding } from '../../builders/finding.ts';
import { theLongestFinding } from '../../builders/hostile-finding.ts';
import { answered, aRenderInput } from '../../builders/rendered.ts';
import { asReceived } from '../../builders/vendor-request.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { EchoingWebhookClient } from '../../fakes/echoing-webhook-client.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemoryAccessTokens } from '../../fakes/memory-access-tokens.ts';

/** No destination accepts less; a vendor with a lower limit refuses what exceeds it. */
const MAX_BODY_BYTES = 100_000;

const URL_RULES = { allowedCidrs: [], ownHosts: [] };

const GOLDEN_FINDINGS: Readonly<Record<string, Finding>> = {
  identity: aFinding(),
  asset: aFinding({
    id: 'fnd_01JDPXA3',
    title: 'Storage bucket is readable by everybody',
    severity: { level: 'critical', score: 96.5 },
    affected: { type: 'asset', id: 'arn:aws:s3:::acme-invoices', name: 'acme-invoices' },
    platform: 'aws',
    detectedAt: '2026-11-23T11:30:00+02:00',
    remediation: { summary: 'Block public access.\nThen find out who read what.' },
  }),
  longest: theLongestFinding(),
};

interface Destination {
  readonly format: Format;
  readonly form: DestinationForm;
  readonly vendor: Vendor;
}

export function itComplies(id: DestinationId): void {
  const destination = findDestination(id);
  describe(`the destination ${id}`, () => {
    itHasAFormToServe(destination);
    itRendersForItsVendor(destination);
    itReadsTheResponsesOfItsVendor(destination);
    itMasksItsSecrets(destination);
    itHasAPage(destination);

    it('renders the golden findings as before', async () => {
      const requests = Object.entries(GOLDEN_FINDINGS).map(([name, finding]) => {
        const { body, ...request } = destination.format.render(aFilledInput(destination.form, { finding }));
        return [name, { ...request, body: JSON.parse(body) }];
      });
      const golden = `${JSON.stringify(Object.fromEntries(requests), null, 2)}\n`;
      await expect(golden).toMatchFileSnapshot('./golden.json');
    });
  });
}

function findDestination(id: DestinationId): Destination {
  const [format, form, vendor] = [findFormat(id), findForm(id), findVendor(id)];
  if (format === undefined || form === undefined || vendor === undefined) {
    throw new Error(`The format, the form and the vendor in shared/destinations/${id}/ must all have the id '${id}'.`);
  }
  return { format, form, vendor };
}

function itHasAFormToServe({ form }: Destination): void {
  const fields = [...form.options, ...form.credentials];

  it('has fields that people can understand, each with a name of its own', () => {
    expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
    for (const { name, label, help } of fields) {
      expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(label).not.toBe('');
      expect(help).toMatch(/\.$/);
    }
    // One sentence; a version such as 1.8 may be in it.
    expect(form.summary).toMatch(/^(?:[^.]|\.\d)+\.$/);
  });

  it('accepts its own examples, defaults and choices', () => {
    for (const field of fields) {
      const choices = field.kind === 'choice' ? field.choices.map(({ value }) => value) : [];
      for (const value of [field.example, field.default, ...choices].filter((text) => text !== undefined)) {
        expect(checkFields([field], { [field.name]: value }), value).toMatchObject({ kind: 'accepted' });
      }
    }
    const example = new URL(form.url.example);
    expect(example.protocol).toBe('https:');
    expect(form.checkUrl?.(example)).toBeUndefined();
  });

  it('has a form that is data, but for its rule for URLs', () => {
    const { checkUrl: _rule, ...data } = form;
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  });
}

function itRendersForItsVendor(destination: Destination): void {
  const { format, form, vendor } = destination;

  it('renders the same finding to the same bytes', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const input = aFilledInput(form, { finding });
        expect(format.render(structuredClone(input))).toEqual(format.render(input));
      }),
      { numRuns: 50 },
    );
  });

  it('renders any finding, hostile text included, to a request that its vendor accepts', () => {
    fc.assert(
      fc.property(anyFinding, fc.boolean(), (finding, isScant) => {
        const input = isScant ? aScantInput(form, { finding }) : aFilledInput(form, { finding });
        expectSendable(format.render(input));
        expectAccepted(destination, input);
      }),
      { numRuns: 150 },
    );
  });

  it('renders the longest finding to a request that its vendor accepts', () => {
    const input = aFilledInput(form, { finding: theLongestFinding() });
    expectSendable(format.render(input));
    expectAccepted(destination, input);
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

function expectAccepted({ format, vendor }: Destination, input: RenderInput): void {
  const receive = vendor.create();
  const request = format.render(input);
  const tokenRequest = format.authorize?.(input);
  const issued = tokenRequest && receive(asReceived(tokenIssueRequest(tokenRequest)));
  const token = readAccessToken({ statusCode: 0, headers: {}, body: '', ...issued }, 0)?.value;
  const headers = { ...request.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
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
    const { finding, deliveryId, url, options, credentials } = aFilledInput(form);
    const secrets = [
      ...Object.values(credentials),
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

function itHasAPage({ form }: Destination): void {
  const page = readFileSync(new URL(`../../../${destinationPage(form.id)}`, import.meta.url), 'utf8');

  it('has a page that says what to do, in the order of doing it', () => {
    expect(page.startsWith(`# ${form.title}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(PAGE_HEADINGS);
    for (const section of page.split(/^##? .*$/m).slice(1)) {
      expect(section.trim(), 'a heading has no text below it').not.toBe('');
    }
  });

  if (form.summary.startsWith('Opens ')) {
    it('warns on its page that a time-out may open a second one, and says how to find it', () => {
      const prose = page.replaceAll(/\s+/g, ' ');
      expect(prose).toMatch(/a time-out may create a second (issue|record|incident)/);
      expect(prose).toMatch(/The delivery's id, which the delivery's page shows, is|search for the delivery's id/);
    });
  }
}
