/** A destination that takes JSON of a known shape and says no more than yes, such as a receiver of our own JSON. */
import * as z from 'zod';
import { json, readJson, text, type Vendor } from './simulation.vendor.ts';

/** A finding as it is, somewhere in the body. */
export const wholeFindingSchema = z.looseObject({ id: z.string(), title: z.string(), severity: z.looseObject({}) });

/** What our own shapes say of the event, and from payload version 2 on of its place among others. */
export const eventTypeSchema = z.string().regex(/^finding\.(?:detected|updated|resolved|reopened)$/);
export const revisionSchema = z.int().min(1).optional();

export interface PlainVendor extends Pick<Vendor, 'id' | 'demo' | 'evidence'> {
  /** Of the body, without parameters. */
  readonly contentType: string;
  readonly bodySchema: z.ZodType;
  /** What a 2xx says; for a receiver of the customer's own unless given. */
  readonly responses?: Vendor['responses'];
  /** The same holds for how fast it takes requests. */
  readonly rate?: Vendor['rate'];
}

const OWN_RECEIVER: Vendor['responses'] = [
  { response: { statusCode: 204, body: '' }, meaning: 'The receiver has the finding.', isDelivered: true },
  {
    response: text(200, 'queued'),
    meaning: 'The same with every other status from 200 to 299, whatever the body.',
    isDelivered: true,
  },
];

const OWN_RATE: Vendor['rate'] = {
  published: 'That of your own receiver. Choose a pace if it has one.',
  source: 'Your receiver',
  sureness: 'unpublished',
};

export function plainVendor({
  contentType,
  bodySchema,
  responses = OWN_RECEIVER,
  rate = OWN_RATE,
  ...vendor
}: PlainVendor): Vendor {
  return {
    ...vendor,
    rate,
    create:
      () =>
      ({ headers, body }) => {
        if (headers['content-type']?.split(';')[0] !== contentType) {
          return text(415, 'Unsupported Media Type');
        }
        const reading = readJson(bodySchema, body);
        return reading.kind === 'broken' ? text(400, reading.why) : json(202, {});
      },
    responses,
    accepted: 202,
    refusal: text(403, 'Forbidden'),
    limit: text(429, 'Too Many Requests', { 'retry-after': '20' }),
  };
}
