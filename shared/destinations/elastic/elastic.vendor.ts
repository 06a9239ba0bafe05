/** Elasticsearch's create API on one index: an id that is there already is a conflict. */
import * as z from 'zod';
import { isJson, json, type Receive, readJson, type Vendor } from '../simulation.vendor.ts';

const MAX_ID_BYTES = 512;

const ELASTIC = { 'x-elastic-product': 'Elasticsearch' };

const documentSchema = z.looseObject({
  '@timestamp': z.iso.datetime(),
  event: z.looseObject({
    severity: z.union([z.literal(0), z.literal(21), z.literal(47), z.literal(73), z.literal(99)]),
  }),
});

export const vendor: Vendor = {
  id: 'elastic',
  create,
  accepted: 201,
  refusal: error(403, 'security_exception', 'action [indices:data/write/index] is unauthorized for API key'),
  limit: error(429, 'es_rejected_execution_exception', 'rejected execution of coordinating operation'),
  rate: {
    published: 'Nothing: it depends on the nodes. One whose queues are full says so.',
    source: "Elasticsearch's documentation has no figure",
    sureness: 'unpublished',
  },
  falseSuccess: json(200, { name: 'node-1', tagline: 'You Know, for Search' }, ELASTIC),
  responses: [
    { response: stored({}), meaning: 'The document is in the data stream.', isDelivered: true },
    {
      response: stored({ _index: 'findings-000001' }),
      meaning: 'An alias or a pipeline has chosen the index.',
      isDelivered: true,
    },
    {
      response: error(409, 'version_conflict_engine_exception', 'document already exists'),
      meaning: 'An earlier attempt has created it.',
      isDelivered: true,
    },
    {
      response: stored({
        _index: '.fs-logs-thalian.finding-default-2026.11.30-000002',
        _id: 'x0fQ2ZQB',
        failure_store: 'used',
      }),
      meaning: 'A pipeline or the mapping refused the document. It is in the failure store, where no rule looks.',
      seenWith: 'Elasticsearch 8.19',
      isDelivered: false,
    },
    {
      response: stored({ _id: 'x0fQ2ZQB' }),
      meaning: 'Stored under another id than ours: it is not where it belongs, and a repeat would not be found.',
      isDelivered: false,
    },
    {
      response: json(
        200,
        { _index: 'findings', _id: 'a1'.repeat(32), _version: 1_795_428_000_000, result: 'updated' },
        ELASTIC,
      ),
      options: { documentPer: 'finding' },
      meaning: 'The document of the finding is replaced.',
      isDelivered: true,
    },
    {
      response: json(200, { _index: 'findings', _id: 'a1'.repeat(32), _version: 2, result: 'updated' }, ELASTIC),
      meaning: 'Without that choice nothing of ours updates: something else responded.',
      isDelivered: false,
    },
    {
      response: json(200, { name: 'node-1', tagline: 'You Know, for Search' }, ELASTIC),
      meaning: 'The root of Elasticsearch responded: nothing is stored.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Elastic's reference of the create API, and the field table of ECS",
    comparedWith: ['@elastic/elasticsearch', '@elastic/ecs'],
    triedWith: 'Elasticsearch 8.19',
  },
  demo: {
    name: 'Elastic',
    path: '',
    credentials: () => ({ apiKey: 'ZGVtbzpkZW1vLWFwaS1rZXk=' }),
  },
};

function create(): Receive {
  const ids = new Set<string>();
  const versions = new Map<string, number>();

  return (request) => {
    const [, index = '', id = ''] = /\/([^/]+)\/_create\/([^/]+)$/.exec(request.path) ?? [];
    const [, plainIndex = '', plainId = ''] = /\/([^/]+)\/_doc\/([^/]+)$/.exec(request.path) ?? [];
    if ((id === '' && plainId === '') || !/^(PUT|POST)$/.test(request.method)) {
      return error(400, 'illegal_argument_exception', `no handler found for uri [${request.path}]`);
    }
    if (!/^ApiKey [A-Za-z0-9+/=_-]+$/.test(request.headers['authorization'] ?? '')) {
      return error(401, 'security_exception', 'missing authentication credentials');
    }
    if (!isJson(request) || readJson(documentSchema, request.body).kind === 'broken') {
      return error(400, 'document_parsing_exception', 'failed to parse');
    }
    if (plainId !== '') {
      return putDocument(versions, plainIndex, plainId, request.query);
    }
    if (Buffer.byteLength(decodeURIComponent(id)) > MAX_ID_BYTES) {
      return error(400, 'illegal_argument_exception', `id [${id}] is too long, must be no longer than 512 bytes`);
    }
    if (ids.has(id)) {
      return error(409, 'version_conflict_engine_exception', `[${id}]: version conflict, document already exists`);
    }
    ids.add(id);
    return json(201, { _index: `.ds-${index}-000001`, _id: id, _version: 1, result: 'created' }, ELASTIC);
  };
}

/** With a version of the sender's own that may stay the same (`external_gte`). A data stream takes no such write. */
function putDocument(versions: Map<string, number>, index: string, id: string, query: URLSearchParams) {
  if (index.startsWith('logs-')) {
    return error(
      400,
      'illegal_argument_exception',
      'only write ops with an op_type of create are allowed in data streams',
    );
  }
  const version = Number(query.get('version'));
  const before = versions.get(id);
  if (query.get('version_type') !== 'external_gte' || !Number.isSafeInteger(version)) {
    return error(400, 'action_request_validation_exception', 'illegal version value');
  }
  if (before !== undefined && version < before) {
    return error(
      409,
      'version_conflict_engine_exception',
      `current version [${before}] is higher than the one provided`,
    );
  }
  versions.set(id, version);
  const result = before === undefined ? 'created' : 'updated';
  return json(before === undefined ? 201 : 200, { _index: index, _id: id, _version: version, result }, ELASTIC);
}

/** As Elasticsearch says it of a document that it took. */
function stored(changed: object) {
  const index = { _index: '.ds-logs-thalian.finding-default-2026.11.30-000001', _id: 'dlv_01M83XJ8804SMYY5RZCR7EQ3K5' };
  return json(201, { ...index, _version: 1, result: 'created', failure_store: 'not_enabled', ...changed }, ELASTIC);
}

function error(status: number, type: string, reason: string) {
  return json(status, { error: { root_cause: [{ type, reason }], type, reason }, status }, ELASTIC);
}
