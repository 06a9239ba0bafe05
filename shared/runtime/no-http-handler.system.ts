/**
 * In bundles, in the place of the SDK's HTTP handler (`shared/topology/bundling.ts`): each client of ours is given its own,
 * `request-handler.https.ts`.
 */
export const NodeHttpHandler = {
  create<Handler>(given: Handler): Handler {
    return given;
  },
};

/** Ours has read the response already. */
export function streamCollector(): never {
  throw new Error('A response came as a stream.');
}
