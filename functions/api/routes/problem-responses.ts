/**
 * What a route may say no with, as OpenAPI describes it: by status, with the types of problem that may come, and what API
 * Gateway answers by itself. When a problem is met is not known here.
 */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  PROBLEM_MEDIA_TYPE,
  PROBLEMS,
  type ProblemName,
  type ProblemStatus,
  problemSchema,
  problemType,
} from '../../../shared/api/problems.schema.ts';
import type { ApiEnv } from '../http.ts';

/** Its caller is unknown or may not, and something of ours fails. */
const OF_ALL: readonly ProblemName[] = [
  'unauthorized',
  'permission-missing',
  'too-many-requests',
  'internal-error',
  'unavailable',
];

/** A body is looked at whether a route wants one or not. */
const OF_BODIES: readonly ProblemName[] = ['body-too-large', 'not-json'];

/** API Gateway throttles every route before we see anything of it. */
const THROTTLED = 429;

/** Statuses with which API Gateway answers by itself, in JSON of its own. */
const OF_GATEWAY: ReadonlySet<ProblemStatus> = new Set<ProblemStatus>([401, 413, THROTTLED, 500, 503]);

const gatewayMessageSchema = z
  .object({ message: z.string().meta({ description: 'A few words in English', examples: ['Too Many Requests'] }) })
  .meta({ id: 'GatewayMessage', description: 'How API Gateway itself refuses a request, before the service sees it' });

const RETRY_AFTER = {
  'retry-after': {
    description: 'Seconds to wait before another try',
    schema: { type: 'integer', minimum: 1, examples: [5] },
  },
} as const;

const HEADERS: Partial<Record<ProblemStatus, object>> = {
  401: { 'www-authenticate': { description: 'What is asked for', schema: { type: 'string', examples: ['Bearer'] } } },
  409: RETRY_AFTER,
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

/** The problems of a route that only reads. */
/** Of a change to one webhook. */
export const CHANGE_PROBLEMS = ['invalid-parameter', 'not-found', 'changed-meanwhile', 'revision-outdated'] as const;
/** Of a request with a body. */
export const BODY_PROBLEMS = ['invalid-json', 'invalid-request'] as const;

export function problemsOf(...names: readonly ProblemName[]) {
  return responsesTo([...OF_ALL, ...names]);
}

/** The problems of a route that may be sent a body. */
export function writeProblemsOf(...names: readonly ProblemName[]) {
  return problemsOf(...OF_BODIES, ...names);
}

/** The problems of a route that needs no token. */
export function publicProblemsOf(...names: readonly ProblemName[]) {
  return responsesTo(['internal-error', ...names]);
}

/** Comes where there is no operation, so that no operation of the document can refer to it. */
const OF_NO_OPERATION: ProblemName = 'method-not-allowed';

/** The responses that are the same for every route: those to the only problem of a status. */
const SHARED = (Object.keys(PROBLEMS) as ProblemName[]).filter(
  (name) =>
    name !== OF_NO_OPERATION &&
    Object.values(PROBLEMS).filter(({ status }) => status === PROBLEMS[name].status).length === 1,
);

/** What the responses of the routes refer to. */
export function describeProblems({ openAPIRegistry: registry }: OpenAPIHono<ApiEnv>): void {
  // A copy, as the contract's own may have been made before this module's import has given zod its `openapi`.
  registry.register('Problem', problemSchema.meta({}));
  registry.register('GatewayMessage', gatewayMessageSchema);
  registry.registerComponent('responses', 'throttled', responseOf(THROTTLED, []));
  for (const name of SHARED) {
    registry.registerComponent('responses', name, responseOf(PROBLEMS[name].status, [name]));
  }
}

function responsesTo(names: readonly ProblemName[]) {
  const byStatus = Map.groupBy(names, (name): ProblemStatus => PROBLEMS[name].status);
  byStatus.set(THROTTLED, byStatus.get(THROTTLED) ?? []);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => {
      const [name] = ofStatus;
      const isShared = name === undefined || SHARED.includes(name);
      return [
        status,
        isShared ? { $ref: `#/components/responses/${name ?? 'throttled'}` } : responseOf(status, ofStatus),
      ];
    }),
  );
}

function responseOf(status: ProblemStatus, names: readonly ProblemName[]) {
  const titles = names.map((name) => PROBLEMS[name].title);
  const headers = HEADERS[status];
  return {
    description: [...titles, ...(status === THROTTLED ? ['Too many requests.'] : [])].join(' Or: '),
    ...(headers && { headers: { ...headers } }),
    content: {
      ...(names.length > 0 && { [PROBLEM_MEDIA_TYPE]: { schema: schemaOf(names) } }),
      ...(OF_GATEWAY.has(status) && {
        'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } },
      }),
    },
  };
}

/** A problem of one of these types. */
function schemaOf(names: readonly ProblemName[]) {
  return {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object' as const, properties: { type: { type: 'string' as const, enum: names.map(problemType) } } },
    ],
  };
}
