/** Who may import whom: the table in CONTRIBUTING.md, as rules. A file that fits no row has no place. */

const SDK = '^(@aws-sdk|@smithy)(/|$)|node_modules/(@aws-sdk|@smithy)/';
const ZOD = 'node_modules/(zod|@hono/zod-openapi)/';
const TYPES_ONLY = ['type-only'];
/** From the ground up: a room imports its own floor's files and rooms below, never a room above. */
const FLOORS = [
  ['runtime', 'topology'],
  ['finding'],
  ['webhook'],
  ['http'],
  ['destinations', 'mail'],
  ['delivery'],
  ['attempt'],
  ['api'],
];
const ROOMS = FLOORS.flat();

/** In a room the suffix is the layer; a file without one is pure. */
const PURE = '^shared/(?!topology/)[^.]+\\.ts$';
const PARSED = '^shared/.+\\.(schema|form)\\.ts$';
const PORT = '^shared/.+\\.port\\.ts$';
const FLOW = '^shared/.+\\.flow\\.ts$';
const ADAPTER = '^shared/.+\\.(dynamo|eventbridge|https|oauth|secrets-manager|ses|sqs|system|xray)\\.ts$';
const VENDOR = '^shared/destinations/.+\\.vendor\\.ts$';
/** The one parser of environments. */
const ENVIRONMENT = '^shared/runtime/environment\\.schema\\.ts$';
/** The names that telemetry may count are the ones that alarms read. */
const METRICS = '^shared/topology/metrics\\.ts$';
/** What events are called on the bus: the rules' patterns and the parser of what they catch agree on it. */
const BUS_NAMES = '^shared/topology/findings-source\\.ts$';
/** The internal tenant: its findings are published by one function and left out of what others count. */
const CANARY = '^shared/topology/canary\\.ts$';
const TOPOLOGY = '^shared/topology/[^.]+\\.ts$';

const PLACES = [
  `^shared/(${ROOMS.join('|')})/`,
  '^functions/[^/]+/[^/]+\\.ts$',
  '^functions/api/(routes|webhooks|deliveries|events|notices)/[^/]+\\.ts$',
  '^(console|infra|local|test|scripts|bench|receivers)/',
  '^[^/]+\\.(ts|cjs)$',
  'node_modules',
];

/** Files under `from` may depend on nothing but `to` (regular expressions over resolved paths). */
function only(name, comment, from, to, extra = {}) {
  return { name, comment, severity: 'error', from: { path: from, ...extra }, to: { pathNot: to } };
}

function roomsAbove(floor) {
  return FLOORS.slice(floor + 1).flat();
}

/** One rule a floor, so that a violation names the room that was left. */
const floorRules = FLOORS.slice(0, -1).map((rooms, floor) => ({
  name: `${rooms.join('-and-')}-${rooms.length > 1 ? 'look' : 'looks'}-down`,
  comment: 'A room imports only rooms below it: docs/design.md, Layout.',
  severity: 'error',
  from: { path: `^shared/(${rooms.join('|')})/` },
  to: { path: `^shared/(${roomsAbove(floor).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...floorRules,
    only('pure-files-decide', 'A file without a suffix decides; it knows no clock, network, storage or zod.', PURE, [
      METRICS,
      PURE,
      '^(node:)?crypto$',
    ]),
    only('schemas-parse', 'A schema or form parses and serialises; it knows pure files and zod.', PARSED, [
      BUS_NAMES,
      PARSED,
      PURE,
      ZOD,
    ]),
    only('ports-are-interfaces', 'A port speaks of pure things, never of an SDK.', PORT, [METRICS, PORT, PURE]),
    only('flows-speak-ports', 'A flow is a sequence over ports; it reaches the world through them alone.', FLOW, [
      FLOW,
      PARSED,
      PORT,
      PURE,
    ]),
    only('topology-is-data', 'infra/ and local/ read the topology; it imports nothing.', '^shared/topology/', [
      TOPOLOGY,
    ]),
    only('adapters-own-the-sdks', 'An adapter may use its floor and those below, the SDKs and Node.', ADAPTER, [
      ADAPTER,
      FLOW,
      PARSED,
      PORT,
      PURE,
      TOPOLOGY,
      SDK,
      '^(node:)?(crypto|dgram|dns|dns/promises|http|https|net|stream|timers/promises|tls|zlib)$',
    ]),
    only('vendors-are-simulated', 'A simulated vendor shares no code with the format that speaks to it.', VENDOR, [
      VENDOR,
      ZOD,
    ]),
    {
      name: 'vendors-stay-here',
      comment: 'What is deployed never contains a simulated vendor.',
      severity: 'error',
      from: { path: '^(shared|functions|infra|console)/', pathNot: VENDOR },
      to: { path: VENDOR },
    },
    {
      name: 'every-suffix-is-a-layer',
      comment: 'A suffix that no rule knows would escape them all.',
      severity: 'error',
      from: { path: '^shared/', pathNot: [PURE, PARSED, PORT, FLOW, ADAPTER, VENDOR, TOPOLOGY] },
      to: {},
    },
    only(
      'handlers-know-ports',
      'A handler and its helpers use their own folder, pure files, schemas, ports and flows.',
      '^functions/([^/]+)/',
      ['^functions/$1/', PURE, PARSED, PORT, FLOW, CANARY, 'node_modules/@types/aws-lambda/'],
      { pathNot: ['/(index|env)\\.ts$', '^functions/api/'] },
    ),
    only(
      'the-api-also-knows-hono',
      'The API and its routes speak HTTP by Hono; all else as for every handler.',
      '^functions/api/',
      ['^functions/api/', PURE, PARSED, PORT, FLOW, 'node_modules/(hono|@hono/zod-openapi)/'],
      { pathNot: '/(index|env)\\.ts$' },
    ),
    only('env-knows-zod', 'env.ts parses the environment and nothing else.', '^functions/[^/]+/env\\.ts$', [
      ENVIRONMENT,
      ZOD,
    ]),
    only('index-wires', 'index.ts wires its own folder to adapters and clients.', '^functions/([^/]+)/index\\.ts$', [
      '^functions/$1/',
      ADAPTER,
      PURE,
      SDK,
      '^(node:)?crypto$',
    ]),
    only('infra-deploys', 'infra/ knows CDK, the topology and the *types* of environments.', '^infra/', [
      '^infra/',
      '^shared/topology/',
      '^(console|functions/[^/]+)/env\\.ts$',
      'node_modules/(aws-cdk-lib|constructs|cdk-nag)/',
      '^(node:)?(child_process|path|fs|url)$',
    ]),
    only(
      'console-calls-the-api',
      "The console knows the API's schemas, rules of the domain that need no stage, and the code it offers to receivers.",
      '^console/',
      [
        '^console/',
        ENVIRONMENT,
        '^shared/api/.+\\.schema\\.ts$',
        '^shared/destinations/(field-check|form|template/template-(fields|filters))\\.ts$',
        '^shared/finding/(affected|lifecycle|severity)\\.ts$',
        '^shared/http/(custom-headers|failure-causes|own-secret|webhook-url)\\.ts$',
        '^shared/mail/mail-pages\\.ts$',
        '^shared/webhook/(alert-rule|chosen-events|digest-choice|oauth|pace-words|payload-version)\\.ts$',
        '^docs/snippets/',
        'node_modules/(@cloudscape-design|@tanstack/react-query|oidc-client-ts|react|react-dom|wouter|zod)/',
        'node_modules/@types/(react|react-dom)/',
      ],
      { pathNot: '^console/vite\\.config\\.ts$' },
    ),
    {
      name: 'console-is-asked-over-http',
      comment:
        'The console is served, not imported; who serves it knows what it must be told. One test holds what open pages ask against what a stage lets through.',
      severity: 'error',
      from: { pathNot: '^(console|test/console)/|^test/infra/console-polling\\.test\\.ts$' },
      to: { path: '^console/', pathNot: '^console/env\\.ts$' },
    },
    {
      name: 'infra-reads-only-types-of-environments',
      comment: 'The schema of an environment belongs to its reader; infra needs its type alone.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(console|functions)/', dependencyTypesNot: TYPES_ONLY },
    },
    {
      name: 'infra-stands-alone',
      comment: 'Nothing but its own tests imports infra/.',
      severity: 'error',
      from: { pathNot: '^(infra|test/infra)/' },
      to: { path: '^infra/' },
    },
    {
      name: 'production-knows-no-tests',
      comment: 'What is deployed must not depend on tests, scripts, packs or the local system.',
      severity: 'error',
      from: { path: '^(shared|functions|infra|console)/' },
      to: { path: '^(test|local|scripts|bench|receivers)/' },
    },
    only(
      'packs-are-written-from-formats',
      'What a pack is emitted from knows the pure files that say what arrives, never how it is sent.',
      '^receivers/(?!check/)',
      ['^receivers/', PURE],
    ),
    {
      name: 'no-cycles',
      comment: 'A cycle hides who knows whom.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-file-has-a-place',
      comment: 'There is nowhere to put a utils.ts.',
      severity: 'error',
      from: { pathNot: PLACES },
      to: {},
    },
    {
      name: 'scripts-and-local-know-no-tests',
      comment: 'Tests may use local/ and scripts/; the other way round would close a circle between folders.',
      severity: 'error',
      from: { path: '^(local|scripts|receivers)/' },
      to: { path: '^test/' },
    },
    {
      name: 'local-knows-no-scripts',
      comment: 'Scripts run the local system, and so must not be run by it.',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(scripts|bench)/' },
    },
    {
      name: 'every-lone-file-has-a-place',
      comment: 'The same for a file that imports nothing and that no file imports.',
      severity: 'error',
      from: { orphan: true, pathNot: PLACES },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be resolved escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Snippets are texts to the console, for others to run.
    doNotFollow: { path: ['node_modules', '^docs/snippets/'] },
    // ServiceNow's SDK, which compiles that folder, is no dependency of ours.
    exclude: { path: 'cdk\\.out|^console/dist/|^receivers/servicenow/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
