/** ServiceNow's Table API, "Create a record", with the lengths of the task table's columns. */
import * as z from 'zod';
import { isJson, json, type Receive, readBasic, readJson, type Vendor } from '../simulation.vendor.ts';

const oneToThree = z.enum(['1', '2', '3']);

const recordSchema = z.strictObject({
  short_description: z
    .string()
    .min(1)
    .max(160)
    .regex(/^[^\r\n]*$/),
  description: z.string().max(4_000),
  impact: oneToThree,
  urgency: oneToThree,
  category: z.string().max(40).optional(),
  assignment_group: z.string().optional(),
  caller_id: z.string().optional(),
  correlation_id: z.string().min(1).max(100),
  correlation_display: z.string().max(100),
  u_event: z.string().max(40).optional(),
  u_revision: z.string().max(40).optional(),
});

export const vendor: Vendor = {
  id: 'servicenow',
  create,
  accepted: 201,
  refusal: unauthenticated(),
  limit: json(429, { error: { message: 'Rate limit exceeded' }, status: 'failure' }, { 'retry-after': '120' }),
  rate: {
    published: "Rules of the instance's administrators, by user and hour. There is no figure for every instance.",
    source: "ServiceNow's documentation, Inbound REST API rate limiting",
    sureness: 'unpublished',
  },
  falseSuccess: json(200, { result: [] }),
  responses: [
    {
      response: json(201, { result: { sys_id: '0a1', number: 'INC0010001' } }),
      meaning: 'The record exists.',
      isDelivered: true,
    },
    {
      response: imported('updated'),
      meaning: 'An import set has found the record of the finding and updated it.',
      isDelivered: true,
    },
    { response: imported('error'), meaning: 'The transform of the import set refused the record.', isDelivered: false },
    { response: json(201, { result: {} }), meaning: 'There is no sys_id: no record was made.', isDelivered: false },
    { response: json(200, { result: [] }), meaning: 'Records were read, none was made.', isDelivered: false },
  ],
  evidence: {
    documentation: "ServiceNow's documentation of the Table API, Create a record",
  },
  demo: {
    name: 'ServiceNow',
    path: '/api/now/table/incident',
    credentials: () => ({ username: 'thalian', password: 'demo-password' }),
  },
};

function create(): Receive {
  let records = 0;

  return (request) => {
    const [, api] = /\/api\/now\/(table|import)\/[a-z0-9_]+$/.exec(request.path) ?? [];
    if (api === undefined) {
      return json(400, { error: { message: 'Invalid table', detail: null }, status: 'failure' });
    }
    if (readBasic(request) === undefined && request.headers['x-sn-apikey'] === undefined) {
      return unauthenticated();
    }
    if (!isJson(request) || readJson(recordSchema, request.body).kind === 'broken') {
      return json(400, { error: { message: 'Exception while reading request', detail: null }, status: 'failure' });
    }
    records += 1;
    if (api === 'import') {
      return json(201, { import_set: 'ISET0010001', staging_table: 'u_thalian', result: [{ status: 'inserted' }] });
    }
    return json(201, { result: { sys_id: String(records).padStart(32, '0'), number: `INC${records}` } });
  };
}

function imported(status: string) {
  const result = [{ transform_map: 'Thalian', table: 'incident', status, sys_id: '0a1' }];
  return json(201, { import_set: 'ISET0010001', staging_table: 'u_thalian', result });
}

function unauthenticated() {
  const error = { message: 'User Not Authenticated', detail: 'Required to provide Auth information' };
  return json(401, { error, status: 'failure' });
}
