/**
 * What holds for every destination. Each destination's own test calls `itComplies`: a form that can be served, requests that
 * the vendor accepts by its documented rules, the same bytes for the same input, a reading of the vendor's responses, masked
 * secrets, a page for the customer, and a golden example. `catalogue.test.ts` fails if a test does not call it.
 */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destinationPage, PAGE_HEADINGS } from '../../../scripts/generated/destination-pages.ts';
import { isDelivered, PAGES_OF_OTHERS } from '../../../scripts/generated/vendor-tables.ts';
import { deliveryIdOf } from '../../../shared/delivery/delivery-id.ts';
import type { DestinationId } from '../../../shared/destinations/catalogue.ts';
import { checkFields } from '../../../shared/destinations/field-check.ts';
import { urlRefusal } from '../../../shared/destinations/form.ts';
import { findFormat } from '../../../shared/destinations/formats.ts';
import { findForm } from '../../../shared/destinations/forms.form.ts';
import { findVendor } from '../../../shared/destinations/vendors.vendor.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { FINDING_EVENTS, type Lifecycle } from '../../../shared/finding/lifecycle.ts';
import { checkWebhookUrl } from '../../../shared/http/webhook-url.ts';
import { paceWords } from '../../../shared/webhook/pace-words.ts';
import { aFilledInput } from '../../builders/filled-in.ts';
import { aFinding, aPlainFinding, aTenantId } from '../../builders/finding.ts';
import { theLongestFinding } from '../../builders/hostile-finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { type Destination, expectAccepted, itSuitsItsVendor } from './it-suits-its-vendor.ts';

/** The same whatever the fields of the sample. */
const GOLDEN_DELIVERY = deliveryIdOf(aTenantId(), aWebhookId(), '2026-11-23T10:00:00.000Z', 'golden');

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
  // Its requests stay as they are when findings gain optional fields.
  plain: aPlainFinding(),
  longest: theLongestFinding(),
};

export function itComplies(id: DestinationId): void {
  const destination = findDestination(id);
  describe(`the destination ${id}`, () => {
    itHasAFormToServe(destination);
    itSuitsItsVendor(destination);
    itJudgesWhatItsVendorMeans(destination);
    itKeepsThePaceOfItsVendor(destination);
    itHasAPage(destination);
    itShowsEachEvent(destination);

    it('renders the golden findings as before', async () => {
      const requests = Object.entries(GOLDEN_FINDINGS).map(([name, finding]) => {
        const { body, ...request } = destination.format.render(
          aFilledInput(destination.form, { finding, deliveryId: GOLDEN_DELIVERY }),
        );
        return [name, { ...request, body: JSON.parse(body) }];
      });
      const golden = `${JSON.stringify(Object.fromEntries(requests), null, 2)}\n`;
      await expect(golden).toMatchFileSnapshot('./golden.json');
    });
  });
}

/** Of the greatest revision, which a publisher without revisions comes near. */
const EVENTS = FINDING_EVENTS.map((event, index) => ({
  event,
  revision: [1, 2, 3, Number.MAX_SAFE_INTEGER][index] ?? 1,
}));

function itShowsEachEvent({ format, form, vendor }: Destination): void {
  const inputOf = (lifecycle: Lifecycle, finding: Finding) =>
    aFilledInput(form, { finding, deliveryId: GOLDEN_DELIVERY, lifecycle });

  it('renders each event of payload version 2 as before, for its vendor to accept', async () => {
    const requests = EVENTS.map((lifecycle) => {
      const { body, ...request } = format.render(inputOf(lifecycle, aPlainFinding()));
      return [lifecycle.event, { ...request, body: JSON.parse(body) }];
    });
    const golden = `${JSON.stringify(Object.fromEntries(requests), null, 2)}\n`;
    await expect(golden).toMatchFileSnapshot('./golden-lifecycle.json');
  });

  it.each(EVENTS)('has its vendor accept the longest finding as $event', (lifecycle) => {
    for (const finding of [aPlainFinding(), theLongestFinding()]) {
      expectAccepted({ format, form, vendor }, inputOf(lifecycle, finding));
    }
  });

  it('shows under payload version 1 a detection alone', () => {
    const shown = JSON.stringify(format.render(aFilledInput(form, { finding: aPlainFinding() })));
    expect(shown).not.toMatch(/[Rr]evision|[Rr]esolved|[Rr]eopened/);
  });
}

/** A receiver of the customer's own: what it responds is not known, so that a page for people may be its response. */
const OWN_RECEIVERS: readonly string[] = ['json', 'cloudevents', 'ocsf'];

function itJudgesWhatItsVendorMeans({ format, form, vendor }: Destination): void {
  it.each(vendor.responses)('takes $response.statusCode $response.body for what it means: $meaning', (meant) => {
    expect(isDelivered(format, meant)).toBe(meant.isDelivered);
    expect(meant.meaning).toMatch(/\.$/);
  });

  it('has a response that counts as delivered, and one that does not though it is a 2xx, if its vendor has a word for it', () => {
    const verdicts = vendor.responses.map(({ isDelivered: isGood }) => isGood);
    expect(verdicts).toContain(true);
    expect(verdicts.includes(false)).toBe(vendor.falseSuccess !== undefined);
  });

  it("takes neither a page for people nor a proxy's test for its vendor's response", () => {
    expect(isDelivered(format, { response: PAGES_OF_OTHERS.signIn })).toBe(OWN_RECEIVERS.includes(form.id));
    expect(isDelivered(format, { response: PAGES_OF_OTHERS.challenge })).toBe(false);
  });
}

function itKeepsThePaceOfItsVendor({ form, format: { pace }, vendor: { rate } }: Destination): void {
  it('has a pace if its vendor is known to have a limit, and none otherwise', () => {
    expect(pace !== undefined).toBe(rate.sureness !== 'unpublished');
    expect(rate.published).toMatch(/\.$/);
    expect(rate.source).not.toMatch(/^$|\.$/);
  });

  if (pace !== undefined) {
    it("sends below its vendor's limit, with all that may go at once", () => {
      expect(Number.isSafeInteger(pace.paceMillis) && pace.paceMillis > 0, 'a whole number of milliseconds').toBe(true);
      expect(Number.isSafeInteger(pace.burst) && pace.burst >= 1, 'at least one at once').toBe(true);
      const { requests, seconds } = rate.most ?? NO_WINDOW;
      expect(pace.burst + (seconds * 1000) / pace.paceMillis).toBeLessThanOrEqual(requests);
    });

    it('says its pace on its page, and whether the figure was verified', () => {
      const page = readFileSync(new URL(`../../../${destinationPage(form.id)}`, import.meta.url), 'utf8');
      const [section = ''] = page.split('## How fast we send').slice(1);
      expect(section).toContain(paceWords(pace));
      expect(section.includes('at once after a quiet time')).toBe(pace.burst > 1);
      expect(section.includes('Not verified here')).toBe(rate.sureness === 'reported');
      expect(section).toContain(rate.source);
    });
  }
}

/** Of a vendor that tolerates more for a moment, and says no more about it. */
const NO_WINDOW = { requests: Number.POSITIVE_INFINITY, seconds: 0 };

export function findDestination(id: DestinationId): Destination {
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
    expect(urlRefusal(form, example)).toBeUndefined();
  });

  it('has a form that is data', () => {
    expect(JSON.parse(JSON.stringify(form))).toEqual(form);
  });

  it('has URLs that people paste by mistake', () => {
    expect(form.wrongUrls.length).toBeGreaterThan(0);
  });

  it.each(form.wrongUrls)('refuses $example, and says what to paste instead', ({ example, refusal }) => {
    const checked = checkWebhookUrl(example, { allowedCidrs: [], ownHosts: [] });
    expect(checked).toMatchObject({ kind: 'accepted' });
    expect(urlRefusal(form, new URL(example))).toBe(refusal);
    expect(refusal).toMatch(/[Pp]aste|[Cc]opy|[Cc]hoose|[Ll]eave out|begins with|Make a workflow/);
  });
}

function itHasAPage({ form }: Destination): void {
  const page = readFileSync(new URL(`../../../${destinationPage(form.id)}`, import.meta.url), 'utf8');

  it('has a page that says what to do, in the order of doing it', () => {
    expect(page.startsWith(`# ${form.title}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(PAGE_HEADINGS);
    for (const [, heading, text] of page.matchAll(/^##? (.*)$\n((?:(?!##? ).*\n)*)/gm)) {
      expect(text?.trim(), `"${heading}" has no text below it`).not.toBe('');
    }
  });

  it('names only evidence that there is', () => {
    const { comparedWith = [], validatedBy = [] } = findDestination(form.id as DestinationId).vendor.evidence;
    const tests = globSync(`test/shared/destinations/${form.id}/*.test.ts`).map((path) => readFileSync(path, 'utf8'));
    // The signatures are the same for every format, and have a test of their own.
    const signatures = readFileSync('test/shared/http/signature.test.ts', 'utf8');
    for (const name of comparedWith) {
      expect([...tests, ...(form.id === 'json' ? [signatures] : [])].join('\n')).toContain(` from '${name}'`);
    }
    const validators = readFileSync('test/validators/README.md', 'utf8');
    for (const name of validatedBy) {
      expect(validators).toMatch(new RegExp(`^\\| ${form.title} \\|.*\`${name}\` [\\d.]+.*\\| \\d+ \\| 0`, 'm'));
    }
  });

  it('says on its page what becomes of a finding that changed', () => {
    expect(page.replaceAll(/\s+/g, ' '), 'say what becomes of "a finding that changed"').toMatch(
      /\b[Aa] finding that changed\b/,
    );
  });

  it('says on its page what becomes of an update, a resolution and a reopened finding', () => {
    for (const word of [/\bupdate/i, /\bresol/i, /\breopen/i]) {
      expect(page).toMatch(word);
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
