/** Destinations that take JSON of a known shape and say no more than yes: our own format, CloudEvents, OCSF and Torq. */
import * as z from 'zod';
import { json, readJson, text, type Vendor, type VendorRequest } from './simulation.vendor.ts';

const findingSchema = z.looseObject({ id: z.string(), title: z.string(), severity: z.looseObject({}) });

const jsonSchema = z.strictObject({ type: z.literal('finding.detected'), timestamp: z.string(), data: findingSchema });

const torqSchema = z.strictObject({
  type: z.literal('finding.detected'),
  deliveryId: z.string(),
  finding: findingSchema,
});

/** Required attributes, and extensions whose names have only lower-case letters and digits. */
const cloudEventSchema = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z
      .string()
      .min(1)
      .regex(/^[^\p{Cc}\p{Noncharacter_Code_Point}]*$/u)
      .optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.literal('application/json'),
    data: findingSchema,
  })
  .refine((event) => Object.keys(event).every((name) => /^[a-z0-9]{1,20}$/.test(name)), 'a name is not allowed');

const ocsfSchema = z.looseObject({
  activity_id: z.literal(1),
  category_uid: z.literal(2),
  class_uid: z.literal(2004),
  type_uid: z.literal(200_401),
  severity_id: z.int().min(1).max(5),
  time: z.int(),
  metadata: z.looseObject({ version: z.string(), product: z.looseObject({ name: z.string() }) }),
  finding_info: z.looseObject({ uid: z.string(), title: z.string() }),
});

export function createJsonReceiver(): Vendor {
  return plain('json', 'application/json', jsonSchema);
}

export function createTorq(): Vendor {
  return plain('torq', 'application/json', torqSchema);
}

export function createCloudEventsSink(): Vendor {
  return plain('cloudevents', 'application/cloudevents+json', cloudEventSchema);
}

export function createOcsfCollector(): Vendor {
  return plain('ocsf', 'application/json', ocsfSchema);
}

function plain(formatId: string, contentType: string, schema: z.ZodType): Vendor {
  return {
    formatId,
    receive({ headers, body }: VendorRequest) {
      if (headers['content-type']?.split(';')[0] !== contentType) {
        return text(415, 'Unsupported Media Type');
      }
      const reading = readJson(schema, body);
      return reading.kind === 'broken' ? text(400, reading.why) : json(202, {});
    },
    accepted: 202,
    refusal: text(403, 'Forbidden'),
    limit: text(429, 'Too Many Requests', { 'retry-after': '20' }),
  };
}
