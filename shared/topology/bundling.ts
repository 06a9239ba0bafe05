/** How esbuild makes each function's bundle: `infra/` deploys it so, and `bench/` measures the same (docs/adr/0030-bundles-have-stand-ins.md). */
export const BUNDLING = {
  // Measured on `send`: ESM loads no faster.
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // Ships beside the bundle but is not loaded: that costs 12 ms of every cold start. While hunting a stack
  // trace, set NODE_OPTIONS=--enable-source-maps on the function.
  sourceMap: true,
  sourcesContent: false,
  // The SDK loads it for operations that stream events, and we call none. Bundled, it would be wrapped with all it shares.
  external: ['@smithy/core/event-streams'],
} as const;

const OF_THE_SDK = {
  // Its credentials for laptops, servers and containers: a Lambda's own are in its environment.
  '@aws-sdk/credential-provider-node': './shared/runtime/credentials.system.ts',
  '@smithy/node-http-handler': './shared/runtime/no-http-handler.system.ts',
};

/** The API's document is generated from its schemas, which takes all of zod. */
const WITH_ALL_OF_ZOD: readonly string[] = ['api'];

/** What takes the place of a package in the bundle of `functions/<folder>`: files, from the project's folder. */
export function standInsFor(folder: string): Readonly<Record<string, string>> {
  return WITH_ALL_OF_ZOD.includes(folder) ? OF_THE_SDK : { ...OF_THE_SDK, zod: './shared/runtime/zod-subset.ts' };
}
