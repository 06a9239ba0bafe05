/** PagerDuty's Events API v2, by "Send an Alert Event" and the limits of events. */
import * as z from 'zod';
import { isJson, json, readJson, type Vendor, type VendorRequest, type VendorResponse } from '../simulation.vendor.ts';

const MAX_EVENT_BYTES = 512 * 1024;

const eventSchema = z.strictObject({
  routing_key: z.string().regex(/^[A-Za-z0-9]{32}$/, "Length of 'routing_key' is incorrect (should be 32 characters)"),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z
    .string()
    .min(1)
    .refine((key) => Buffer.byteLength(key) <= 255, "'dedup_key' is too long"),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime({ offset: true }).optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
  client: z.string().optional(),
  client_url: z.string().optional(),
  links: z.array(z.strictObject({ href: z.url({ protocol: /^https?$/ }), text: z.string() })).optional(),
});

export const vendor: Vendor = {
  id: 'pagerduty',
  create: () => receive,
  accepted: 202,
  refusal: json(400, {
    status: 'invalid event',
    message: 'Event object is invalid',
    errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
  }),
  limit: json(429, { status: 'throttle exceeded', message: 'Requests for this service are arriving too quickly.' }),
  rate: {
    published: '120 events a minute for an integration key.',
    source: "PagerDuty's staff in its community forum; its documentation gives no figure",
    sureness: 'reported',
    most: { requests: 120, seconds: 60 },
  },
  falseSuccess: json(200, { status: 'success' }),
  responses: [
    {
      response: json(202, { status: 'success', message: 'Event processed', dedup_key: 'fnd_1' }),
      meaning: 'PagerDuty has the event. An orchestration or a maintenance window may still suppress the alert.',
      isDelivered: true,
    },
    { response: json(202, { status: 'throttle exceeded' }), meaning: 'The event was not queued.', isDelivered: false },
    {
      response: json(200, { status: 'success' }),
      meaning: 'PagerDuty says 202: something before it responded.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "PagerDuty's documentation, Send an Alert Event, and the limits of events",
    comparedWith: ['@pagerduty/pdjs'],
  },
  demo: {
    name: 'PagerDuty',
    path: '/v2/enqueue',
    credentials: () => ({ routingKey: '0123456789abcdef0123456789abcdef' }),
  },
};

function receive(request: VendorRequest): VendorResponse {
  if (!request.path.endsWith('/v2/enqueue')) {
    return json(404, { status: 'Not Found' });
  }
  if (Buffer.byteLength(request.body) > MAX_EVENT_BYTES || !isJson(request)) {
    return json(400, { status: 'invalid event', message: 'Event object is invalid', errors: ['too large'] });
  }
  const reading = readJson(eventSchema, request.body);
  return reading.kind === 'broken'
    ? json(400, { status: 'invalid event', message: 'Event object is invalid', errors: [reading.why] })
    : json(202, { status: 'success', message: 'Event processed', dedup_key: reading.body.dedup_key });
}
