/**
 * The API against its own document: whatever is asked, in whatever order, by whomever, it answers as the document says,
 * keeps the tenants apart and shows no secret; also while what it depends on fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import { type Random, seededRandom } from '../../../local/load/seeded-random.ts';
import { PROBLEMS, type ProblemName, problemType } from '../../../shared/api/problems.schema.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { anApiWorld } from '../../fakes/api-world.ts';
import { runs } from '../../thorough.ts';
import { operations, responseOf } from './api-document.ts';
import { Walk } from './api-walk.ts';
import { directedWalks } from './directed-walks.ts';
import { type GeneratedRequest, operationNamed, walks } from './openapi-requests.ts';
import { aWorldOfTwoTenants, SECRET_MARK } from './two-tenants.ts';
import { lifeSteps } from './webhook-lives.ts';

/** What only two callers at the very same moment meet, what failures and stages without a sender bring, and what takes hundreds of requests. */
const NEVER_MET: readonly ProblemName[] = [
  'changed-meanwhile',
  'request-in-progress',
  'internal-error',
  'unavailable',
  'too-many-requests',
  'no-mail-sender',
];

/** What API Gateway alone answers, and what only two requests at the same moment or a failing dependency bring. */
const UNREACHABLE = /^(?!sendTest ).* 429$| 50[03]$/;
/** Their one conflict is a change that other requests keep overtaking. */
const CONFLICT_BY_RACE_ALONE = /^(change|challenge|confirm|delete|pause|resume|remove|setAlert|unsubscribe)\w+ 409$/;

describe('the API, asked in directed walks', () => {
  it('meets every status that its document has, and every problem', async () => {
    const met = new Set<string>();
    for (const asked of directedWalks) {
      const walk = new Walk(await aWorldOfTwoTenants());
      for (const request of asked) {
        const { reply, faults } = await walk.faultsAfter(request);
        expect([...faults, ...(reply.status < 500 ? [] : [reply.text])]).toEqual([]);
        met.add(`${request.operation} ${reply.status}`).add(typeIn(reply.text));
      }
    }
    const statuses = operations
      .flatMap(({ operationId, responses }) => Object.keys(responses).map((status) => `${operationId} ${status}`))
      .filter((one) => !UNREACHABLE.test(one) && !CONFLICT_BY_RACE_ALONE.test(one));
    const problems = (Object.keys(PROBLEMS) as ProblemName[])
      .filter((name) => !NEVER_MET.includes(name))
      .map(problemType);
    expect([...statuses, ...problems].filter((one) => !met.has(one))).toEqual([]);
  });
});

describe('the API, asked at random by its own document', () => {
  it('responds as the document says, keeps the tenants apart and shows no secret', async () => {
    await fc.assert(
      fc.asyncProperty(walks, async (asked) => {
        const walk = new Walk(await aWorldOfTwoTenants());
        for (const request of asked) {
          const { reply, faults } = await walk.faultsAfter(request);
          expect([...faults, ...(reply.status < 500 ? [] : [reply.text])]).toEqual([]);
        }
      }),
      { numRuns: runs(200) },
    );
  }, 300_000);

  it('says no more than an id while what it depends on fails', async () => {
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(walks, fc.integer(), async (asked, seed) => {
        const two = await aWorldOfTwoTenants();
        const walk = new Walk(two, faultyPorts(two.deps, seededRandom(seed)));
        for (const request of asked) {
          const { reply, faults } = await walk.faultsAfter(request);
          expect(faults).toEqual([]);
          if (reply.status >= 500) {
            failures += 1;
            const { id, errors } = JSON.parse(reply.text);
            expect(errors).toBeUndefined();
            expect(two.world.telemetry.failures).toContainEqual(
              expect.objectContaining({ event: 'request.failed', fields: { id } }),
            );
          }
        }
        const again = await new Walk(two).faultsAfter(A_LIST);
        expect([again.reply.status, ...again.faults]).toEqual([200]);
      }),
      { numRuns: runs(100) },
    );
    expect(failures).toBeGreaterThan(runs(20));
  }, 300_000);
});

describe("webhooks' lives through the API", () => {
  it('go as one would expect of them, in whatever order what is done to them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(lifeSteps, { maxCommands: 40, size: 'max' }), (steps) =>
        fc.asyncModelRun(() => ({ model: { webhooks: new Map() }, real: anApiWorld() }), steps),
      ),
      { numRuns: runs(60) },
    );
  }, 300_000);
});

describe('a fault that these runs have found', () => {
  it('is answered with 415, not 500: a media type that the routes refuse although it sounds like JSON', async () => {
    const { ask } = anApiWorld();
    const headers = { 'content-type': 'application/json ;charset=utf-8' };
    expect(await ask('POST', '/v1/webhooks', { text: '{}', headers })).toMatchObject({ status: 415 });
    const noBody = { 'content-type': 'text/plain' };
    expect(await ask('POST', '/v1/webhooks', { headers: noBody })).toMatchObject({ status: 415 });
    expect(responseOf(operationNamed('connectWebhook'), 415)).toBeDefined();
  });
});

const A_LIST: GeneratedRequest = { operation: 'listWebhooks', actor: 'vega', target: '/v1/webhooks', headers: {} };

function typeIn(text: string): string {
  return text.includes('"type"') ? String(JSON.parse(text).type) : '';
}

/** Every port of the API, each of whose calls may fail. */
function faultyPorts(deps: ApiDependencies, random: Random): ApiDependencies {
  const { webhooks, secrets, log, history, retryQueue, requests, testSends, cursorKey, announcer, manifests } = deps;
  return {
    ...deps,
    webhooks: faulty(webhooks, random),
    secrets: faulty(secrets, random),
    log: faulty(log, random),
    history: faulty(history, random),
    retryQueue: faulty(retryQueue, random),
    requests: faulty(requests, random),
    testSends: faulty(testSends, random),
    cursorKey: faulty(cursorKey, random),
    announcer: faulty(announcer, random),
    manifests: faulty(manifests, random),
  };
}

/** One call in seven fails: before it does anything, or after, so that only its response is lost. */
function faulty<Port extends object>(port: Port, random: Random): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member !== 'function'
        ? member
        : async (...args: readonly unknown[]) => {
            const dice = random();
            if (dice < 1 / 14) {
              throw aFault(random);
            }
            const result: unknown = await Reflect.apply(member, target, args);
            if (dice > 13 / 14) {
              throw aFault(random);
            }
            return result;
          };
    },
  });
}

/** Mostly of the kind that adapters throw. */
function aFault(random: Random): Error {
  const cause = new Error(`${SECRET_MARK}in-a-message`);
  return random() < 0.8 ? new DependencyUnavailable('config-table', 'do its part', cause) : cause;
}
