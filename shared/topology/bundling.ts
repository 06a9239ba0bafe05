/** How esbuild makes each function's bundle: `infra/` deploys it so, and `bench/` measures the same. */
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
} as const;
