/** Azure Monitor's Logs Ingestion API with the identity platform before it, by their reference documentation. */
import * as z from 'zod';
import { sentinelRecordSchema } from '../sentinel-logic-app/sentinel-logic-app.vendor.ts';
import {
  isJson,
  json,
  type Receive,
  readJson,
  type Vendor,
  type VendorRequest,
  type VendorResponse,
} from '../simulation.vendor.ts';

/** Of a call, and of a field's value. */
const MAX_CALL_BYTES = 1024 * 1024;
const MAX_FIELD_BYTES = 64 * 1024;

/** Columns begin with a letter and have at most 45 characters; some names are Azure's own. */
const RESERVED_COLUMNS = ['_ResourceId', 'id', '_SubscriptionId', 'TenantId', 'Type', 'UniqueId', 'Title'];

const rowsSchema = z
  .array(
    sentinelRecordSchema.refine(
      (row) =>
        Object.entries(row).every(
          ([column, value]) =>
            /^[A-Za-z][A-Za-z0-9_]{0,44}$/.test(column) &&
            !RESERVED_COLUMNS.includes(column) &&
            Buffer.byteLength(JSON.stringify(value)) <= MAX_FIELD_BYTES,
        ),
      'a column is not allowed',
    ),
  )
  .min(1);

const INGEST_PATH = /\/dataCollectionRules\/dcr-[0-9a-f]+\/streams\/(?:Custom|Microsoft)-[\w-]+$/;
const TOKEN_PATH = /\/[\w-]+\/oauth2\/v2\.0\/token$/;

const GUID = '00000000-0000-4000-8000-000000000000';

export const vendor: Vendor = {
  id: 'sentinel',
  create,
  accepted: 204,
  refusal: failed(403, 'OperationFailed', 'The authentication token provided does not have access to ingest data.'),
  limit: failed(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '21' }),
  rate: {
    published: '12,000 requests a minute for a data collection rule.',
    source: "Azure Monitor's documentation, Service limits, Logs Ingestion API",
    sureness: 'read',
    most: { requests: 12_000, seconds: 60 },
  },
  falseSuccess: { statusCode: 200, body: '' },
  tokenPath: TOKEN_PATH,
  responses: [
    {
      response: { statusCode: 204, body: '' },
      meaning: 'The data collection rule has the row. What its transformation drops is not reported.',
      isDelivered: true,
    },
    {
      response: { statusCode: 200, body: '' },
      meaning: 'Azure says 204: something before it responded.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Microsoft's documentation, Logs Ingestion API in Azure Monitor",
    comparedWith: ['@azure/monitor-ingestion'],
  },
  demo: {
    name: 'Microsoft Sentinel',
    path: '',
    options: { ruleId: 'dcr-000a00a000a00000a000000aa000a0aa', directoryId: GUID, clientId: GUID },
    credentials: (receiverUrl) => ({ clientSecret: 'demo-client-secret', signInUrl: receiverUrl }),
  },
};

function create(): Receive {
  const issued = new Set<string>();

  function issueToken({ body }: VendorRequest): VendorResponse {
    const form = new URLSearchParams(body);
    if (
      form.get('grant_type') !== 'client_credentials' ||
      !/^https:\/\/[^/]+\/\.default$/.test(form.get('scope') ?? '')
    ) {
      return json(400, { error: 'invalid_request', error_description: 'AADSTS900144' });
    }
    if (!form.get('client_id') || !form.get('client_secret')) {
      return json(401, {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret provided.',
      });
    }
    const token = `eyJ-${issued.size + 1}`;
    issued.add(token);
    return json(200, { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: token });
  }

  return (request) => {
    if (TOKEN_PATH.test(request.path)) {
      return issueToken(request);
    }
    if (!INGEST_PATH.test(request.path) || request.query.get('api-version') !== '2023-01-01') {
      return failed(404, 'NotFound', 'The data collection rule or its stream was not found.');
    }
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
    if (!issued.has(token)) {
      return failed(401, 'InvalidToken', 'The bearer token is not valid.');
    }
    if (Buffer.byteLength(request.body) > MAX_CALL_BYTES) {
      return failed(413, 'ContentLengthLimitExceeded', 'Maximum allowed content length: 1048576 bytes.');
    }
    return isJson(request) && readJson(rowsSchema, request.body).kind === 'read'
      ? { statusCode: 204, body: '' }
      : failed(400, 'InvalidPayload', 'The payload does not match the stream.');
  };
}

function failed(statusCode: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
  return json(statusCode, { error: { code, message } }, { 'x-ms-error-code': code, ...headers });
}
