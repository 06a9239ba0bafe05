// undici has no narrower public entry than its index, which also loads fetch, WebSocket and caches: 25-30 ms more of
// every cold start and most of its size in the bundle. The path is pinned with undici's exact version in package.json.
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
