/** Splunk's HTTP Event Collector, by "HTTP Event Collector REST API endpoints". */
import * as z from 'zod';
import { json, readJson, type Vendor, type VendorRequest, type VendorResponse } from '../simulation.vendor.ts';

const eventSchema = z.strictObject({
  time: z.union([z.number(), z.string().regex(/^\d{9,10}\.\d{3}$/)]),
  host: z.string().optional(),
  source: z.string().optional(),
  sourcetype: z.string().optional(),
  index: z.string().optional(),
  event: z.looseObject({ severity: z.enum(['critical', 'high', 'medium', 'low', 'informational']) }),
  // Indexed fields are flat.
  fields: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

export const vendor: Vendor = {
  id: 'splunk-hec',
  create: () => receive,
  accepted: 200,
  refusal: json(403, { text: 'Invalid token', code: 4 }),
  limit: json(503, { text: 'Server is busy', code: 9 }),
  rate: {
    published: 'Nothing: it depends on the indexers. A collector whose queues are full says so.',
    source: "Splunk's documentation, HTTP Event Collector, has no figure",
    sureness: 'unpublished',
  },
  falseSuccess: json(200, { text: 'Server is busy', code: 9 }),
  responses: [
    {
      response: json(200, { text: 'Success', code: 0 }),
      meaning: 'Splunk has queued the event; it is not yet indexed.',
      isDelivered: true,
    },
    {
      response: json(200, { text: 'Success', code: 0, ackId: 7 }),
      meaning: 'The same, of a token with indexer acknowledgement, which is not asked for afterwards.',
      isDelivered: true,
    },
    {
      response: json(400, { text: 'Incorrect index', code: 7, 'invalid-event-number': 1 }),
      meaning: 'The token does not allow the index. One that allows every index takes events for a missing one, too.',
      isDelivered: false,
    },
    {
      response: json(200, { text: 'HEC is healthy', code: 17 }),
      meaning: 'The URL is the one for health: nothing is stored.',
      isDelivered: false,
    },
    {
      response: json(200, { acks: { 0: true } }),
      meaning: 'The URL is the one for acknowledgements: nothing is stored.',
      isDelivered: false,
    },
    {
      response: json(200, { text: 'Server is busy', code: 9 }),
      meaning: 'Something before Splunk hid its 503.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Splunk's documentation, HTTP Event Collector REST API endpoints",
    comparedWith: ['splunk-logging'],
    triedWith: 'the HEC input of Fluent Bit, which takes the event',
  },
  demo: {
    name: 'Splunk (busy at first, inside a 200)',
    path: '/services/collector/event',
    startsWithFalseSuccess: true,
    options: { index: 'security' },
    credentials: () => ({ token: '6b1f3a52-7c52-4c5c-9a4c-7d3b3a3f0e11' }),
  },
};

function receive(request: VendorRequest): VendorResponse {
  if (!/\/services\/collector(\/event(\/1\.0)?)?$/.test(request.path)) {
    return json(404, { text: 'The requested URL was not found on this server.', code: 404 });
  }
  const { authorization } = request.headers;
  if (authorization === undefined) {
    return json(401, { text: 'Token is required', code: 2 });
  }
  if (!/^Splunk \S+$/.test(authorization)) {
    return json(401, { text: 'Invalid authorization', code: 3 });
  }
  const channel = request.headers['x-splunk-request-channel'];
  if (channel !== undefined && !z.guid().safeParse(channel).success) {
    return json(400, { text: 'Invalid data channel', code: 11 });
  }
  const { kind } = readJson(eventSchema, request.body);
  return kind === 'broken'
    ? json(400, { text: 'Invalid data format', code: 6, 'invalid-event-number': 0 })
    : json(200, { text: 'Success', code: 0 });
}
