/** Cortex XSOAR's Generic Webhook integration, by its public source, with `deliveryId` as the duplication key. */
import * as z from 'zod';
import { json, type Receive, readBasic, readJson, text, type Vendor } from '../simulation.vendor.ts';

const incidentSchema = z.looseObject({
  name: z.string().min(1),
  type: z.string().optional(),
  occurred: z.iso.datetime(),
  // A string here ends in a 500.
  rawJson: z.looseObject({}).optional(),
  deliveryId: z.string(),
});

export const vendor: Vendor = {
  id: 'xsoar',
  create,
  accepted: 200,
  refusal: text(401, 'Authorization failed.'),
  limit: text(503, 'Service Unavailable'),
  rate: {
    published: 'Nothing: it depends on the size of the server.',
    source: "Cortex XSOAR's documentation has no figure",
    sureness: 'unpublished',
  },
  falseSuccess: { ...json(200, {}), body: 'null' },
  responses: [
    {
      response: { ...json(200, {}), body: '[{"id":"1","name":"f1","type":"Unclassified"}]' },
      meaning: 'The incident exists.',
      seenWith: 'a transcription of its source',
      isDelivered: true,
    },
    {
      response: { ...json(200, {}), body: 'null' },
      meaning: 'No incident was made: XSOAR took the event for a repeat, or a rule dropped it.',
      seenWith: 'a transcription of its source',
      isDelivered: false,
    },
    {
      response: { ...json(200, {}), body: 'null' },
      options: { duplicationKey: 'deliveryId' },
      meaning: 'With the duplication key deliveryId: an earlier attempt has made the incident.',
      isDelivered: true,
    },
    {
      response: { ...json(200, {}), body: '[{"name":"f1"}]' },
      meaning: 'A list without the id of an incident: none was made.',
      isDelivered: false,
    },
    {
      response: json(200, { ok: 'true' }),
      meaning: 'This is the HTTP collector of XSIAM, which makes no incident.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Palo Alto's public source of the Generic Webhook integration",
    triedWith: 'a transcription of that source, run with its web framework',
  },
  demo: {
    name: 'Cortex XSOAR',
    path: '/instance/execute/thalian',
    credentials: () => ({ username: 'thalian', password: 'demo-password' }),
  },
};

function create(): Receive {
  const foundIds = new Set<string>();

  return (request) => {
    if (request.method !== 'POST') {
      return json(405, { detail: 'Method Not Allowed' });
    }
    // Before the password is looked at.
    const reading = readJson(incidentSchema, request.body);
    if (reading.kind === 'broken') {
      return text(400, 'Request, and rawJson field if exists must be in JSON format');
    }
    if (readBasic(request) === undefined) {
      return text(401, 'Authorization failed.');
    }
    const { deliveryId, name } = reading.body;
    if (foundIds.has(deliveryId)) {
      return { ...json(200, {}), body: 'null' };
    }
    foundIds.add(deliveryId);
    return json(200, [{ id: String(foundIds.size), name, type: 'Unclassified' }]);
  };
}
