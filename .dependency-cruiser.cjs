/** Who may import whom: the table in CONTRIBUTING.md, as rules. A file that fits no row has no place. */

const SDK =
  '^(@aws-sdk|@smithy|@aws-lambda-powertools|undici)(/|$)|node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|undici)/';
const ZOD = 'node_modules/(zod|@hono/zod-openapi)/';
const TYPES_ONLY = ['type-only'];
const PLACES = [
  '^shared/(domain|contract|ports|attempt|adapters|topology)/',
  '^functions/[^/]+/[^/]+\\.ts$',
  '^functions/api/(routes|webhooks|deliveries)/[^/]+\\.ts$',
  '^(console|infra|local|test|scripts|bench)/',
  '^[^/]+\\.(ts|cjs)$',
  'node_modules',
];

/** Files under `from` may depend on nothing but `to` (regular expressions over resolved paths). */
function only(name, comment, from, to, extra = {}) {
  return { name, comment, severity: 'error', from: { path: from, ...extra }, to: { pathNot: to } };
}

module.exports = {
  forbidden: [
    only(
      'domain-is-pure',
      'shared/domain/ decides; it must not know clocks, networks, storage or zod.',
      '^shared/domain/',
      ['^shared/domain/', '^(node:)?crypto$'],
    ),
    only(
      'contract-parses',
      'shared/contract/ parses and serialises; it knows the domain and zod.',
      '^shared/contract/',
      ['^shared/(contract|domain)/', ZOD],
    ),
    only('ports-are-interfaces', 'shared/ports/ speaks the domain, never an SDK.', '^shared/ports/', [
      '^shared/(ports|domain)/',
    ]),
    only(
      'attempt-speaks-ports',
      'shared/attempt/ is what send and the API both do to a receiver; it reaches the world through ports alone.',
      '^shared/attempt/',
      ['^shared/(attempt|contract|domain|ports)/'],
    ),
    only('topology-is-data', 'shared/topology/ is read by infra and local; it imports nothing.', '^shared/topology/', [
      '^shared/topology/',
    ]),
    only('adapters-own-the-sdks', 'shared/adapters/ may use all of shared/, the SDKs and Node.', '^shared/adapters/', [
      '^shared/',
      SDK,
      '^(node:)?(crypto|diagnostics_channel|dns|dns/promises|net|timers/promises|tls|url)$',
    ]),
    only(
      'handlers-know-ports',
      'A handler and its helpers use their own folder, contract, domain, ports and attempt.',
      '^functions/([^/]+)/',
      ['^functions/$1/', '^shared/(attempt|contract|domain|ports)/', 'node_modules/@types/aws-lambda/'],
      { pathNot: ['/(index|env)\\.ts$', '^functions/api/'] },
    ),
    only(
      'the-api-also-knows-hono',
      'The API and its routes speak HTTP by Hono; all else as for every handler.',
      '^functions/api/',
      ['^functions/api/', '^shared/(attempt|contract|domain|ports)/', 'node_modules/(hono|@hono/zod-openapi)/'],
      { pathNot: '/(index|env)\\.ts$' },
    ),
    only('env-knows-zod', 'env.ts parses the environment and nothing else.', '^functions/[^/]+/env\\.ts$', [ZOD]),
    only('index-wires', 'index.ts wires its own folder to adapters and clients.', '^functions/([^/]+)/index\\.ts$', [
      '^functions/$1/',
      '^shared/(adapters|domain)/',
      SDK,
      'node_modules/hono/',
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
        '^shared/contract/api/',
        '^shared/contract/formats/format-contract\\.ts$',
        '^shared/domain/(own-headers|own-secret|severity|webhook-url)\\.ts$',
        '^docs/snippets/',
        'node_modules/(@cloudscape-design|@tanstack/react-query|oidc-client-ts|react|react-dom|wouter|zod)/',
        'node_modules/@types/(react|react-dom)/',
      ],
      { pathNot: '^console/vite\\.config\\.ts$' },
    ),
    {
      name: 'console-is-asked-over-http',
      comment: 'The console is served, not imported; who serves it knows what it must be told.',
      severity: 'error',
      from: { pathNot: '^(console|test/console)/' },
      to: { path: '^console/', pathNot: '^console/env\\.ts$' },
    },
    {
      name: 'infra-reads-only-types-of-environments',
      comment: 'The schema of an environment belongs to whoever reads it; infra needs its type alone.',
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
      comment: 'What is deployed must not depend on tests, scripts or the local system.',
      severity: 'error',
      from: { path: '^(shared|functions|infra|console)/' },
      to: { path: '^(test|local|scripts|bench)/' },
    },
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
      name: 'every-lone-file-has-a-place',
      comment: 'The same for a file that imports nothing and that nobody imports.',
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
    exclude: { path: 'cdk\\.out|^console/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
