/**
 * Gathers what a page reads while it opens into one request: a link that many people open at the same moment costs their tenant
 * one request for each of them.
 */
import { changesSchema, MOST_READS } from '../../shared/api/changes.schema.ts';

export interface ReadResult {
  readonly status: number;
  readonly json: unknown;
  /** What the response asked to wait for. */
  readonly retryAfterSeconds?: number;
}

/** What was read together, and the mark of the moment before. */
export interface Gathered {
  /** The one webhook that all of it is about, if there is one. */
  readonly webhookId: string | undefined;
  readonly mark: string;
  /** Below `/v1`. */
  readonly paths: readonly string[];
}

interface GatheringDependencies {
  readonly alone: (path: string) => Promise<ReadResult>;
  /** `POST /v1/changes`. */
  readonly together: (webhookId: string | undefined, paths: readonly string[]) => Promise<ReadResult>;
  /** Called before reads go together; the function that it returns, with what they gave. */
  readonly onGathered: () => ((read: Gathered) => void) | undefined;
}

/** An API of an earlier version, while a deployment is under way, does not take all of the paths. */
const NOT_TAKEN = 422;

export function createGathering({ alone, together, onGathered }: GatheringDependencies) {
  let waiting = new Map<string, PromiseWithResolvers<ReadResult>>();

  function flush(): void {
    const all = [...waiting];
    waiting = new Map();
    for (let from = 0; from < all.length; from += MOST_READS) {
      void readAll(new Map(all.slice(from, from + MOST_READS)));
    }
  }

  async function readAll(reads: ReadonlyMap<string, PromiseWithResolvers<ReadResult>>): Promise<void> {
    const paths = [...reads.keys()];
    const results = paths.length === 1 ? paths.map(alone) : resultsOf(paths);
    for (const [index, { resolve, reject }] of [...reads.values()].entries()) {
      results[index]?.then(resolve, reject);
    }
  }

  function resultsOf(paths: readonly string[]): readonly Promise<ReadResult>[] {
    const response = readTogether(paths);
    return paths.map(async (path, index) => {
      const read = await response;
      return read === undefined ? alone(path) : (read[index] ?? { status: 502, json: undefined });
    });
  }

  /** Undefined if they have to be asked for one by one. A refusal of all is the result of each. */
  async function readTogether(paths: readonly string[]): Promise<readonly ReadResult[] | undefined> {
    const webhookId = webhookOf(paths);
    const onRead = onGathered();
    const result = await together(webhookId, paths);
    const changes = changesSchema.safeParse(result.json);
    if (!changes.success) {
      return result.status === NOT_TAKEN ? undefined : paths.map(() => result);
    }
    const { mark, reads } = changes.data;
    onRead?.({ webhookId, mark, paths });
    return reads.map(({ status, body }) => ({ status, json: body }));
  }

  return {
    /** With all others that are asked for before the browser is idle. */
    read(path: string): Promise<ReadResult> {
      if (waiting.size === 0) {
        setTimeout(flush);
      }
      const known = waiting.get(path) ?? Promise.withResolvers<ReadResult>();
      waiting.set(path, known);
      return known.promise;
    },
  };
}

const WEBHOOK = /^\/webhooks\/([^/?]+)/;

function webhookOf(paths: readonly string[]): string | undefined {
  const ofWebhooks = paths.filter((path) => path.startsWith('/webhooks'));
  const ids = new Set(ofWebhooks.map((path) => WEBHOOK.exec(path)?.[1]));
  const [id] = ids;
  return ids.size === 1 && id !== undefined ? decodeURIComponent(id) : undefined;
}
