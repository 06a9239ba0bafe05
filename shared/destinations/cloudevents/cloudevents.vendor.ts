/** A sink of structured CloudEvents, by the specification 1.0: required attributes and the rule for names. */
import * as z from 'zod';
import { plainVendor, wholeFindingSchema } from '../plain.vendor.ts';

/** Names of attributes and extensions have only lower-case letters and digits. */
const bodySchema = z
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
    data: wholeFindingSchema,
  })
  // Beyond it an intermediary need not forward the event (specification, "Size Limits").
  .refine((event) => Buffer.byteLength(JSON.stringify(event)) <= 64 * 1024, 'the event is too large')
  .refine((event) => Object.keys(event).every((name) => /^[a-z0-9]{1,20}$/.test(name)), 'a name is not allowed');

export const vendor = plainVendor({
  id: 'cloudevents',
  contentType: 'application/cloudevents+json',
  bodySchema,
  evidence: {
    documentation: 'the specification CloudEvents 1.0 and its HTTP binding',
    comparedWith: ['cloudevents'],
    validatedBy: ['cloudevents', 'cloudevents-pydantic'],
    triedWith: 'Node-RED and the SDKs of CloudEvents',
  },
  demo: { name: 'Event broker', path: '/default' },
});
