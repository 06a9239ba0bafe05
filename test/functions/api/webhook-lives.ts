/** Steps in the lives of webhooks, through HTTP, beside a model of what one would expect: for runs in random order. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { SEVERITY_LEVELS } from '../../../shared/finding/severity.ts';
import type { ApiRequest, ApiWorld } from '../../fakes/api-world.ts';

/** A webhook as its tenant thinks it is. */
interface Expected {
  readonly name: string;
  readonly state: 'enabled' | 'paused';
  readonly alerts: { readonly enabled: boolean; readonly minSeverity: string };
  readonly isSigned: boolean;
  readonly pace: { readonly perMinute: number } | undefined;
  readonly revision: number;
}

interface Lives {
  readonly webhooks: Map<string, Expected>;
}

type Step = fc.AsyncCommand<Lives, ApiWorld>;
type Ask = (method: string, path: string, request?: ApiRequest) => ReturnType<ApiWorld['ask']>;

/** Something done to one webhook, which `place` chooses. */
class OfOne implements Step {
  readonly what: string;
  readonly position: number;
  readonly act: (ask: Ask, webhook: Expected) => Promise<Expected | undefined>;

  constructor(what: string, position: number, act: OfOne['act']) {
    this.what = what;
    this.position = position;
    this.act = act;
  }

  check({ webhooks }: Readonly<Lives>): boolean {
    return webhooks.size > 0;
  }

  async run({ webhooks }: Lives, { ask }: ApiWorld): Promise<void> {
    const [id = '', webhook] = [...webhooks][this.position % webhooks.size] ?? [];
    if (webhook === undefined) {
      return;
    }
    const askOne: Ask = (method, path, request) => ask(method, `/v1/webhooks/${id}${path}`, request);
    const stale = { body: {}, headers: { 'if-match': `"${webhook.revision + 1}"` } };
    expect((await askOne('DELETE', '', stale)).status).toBe(412);
    const after = await this.act(askOne, webhook);
    if (after === undefined) {
      webhooks.delete(id);
      expect((await askOne('GET', '')).status).toBe(404);
    } else {
      webhooks.set(id, after);
      const response = await askOne('GET', '');
      const { pace, ...always } = after;
      expect(response).toMatchObject({
        status: 200,
        json: { id, ...always },
        headers: { etag: `"${after.revision}"` },
      });
      expect(response.json.pace).toEqual(pace);
    }
  }

  toString(): string {
    return `${this.what} #${this.position}`;
  }
}

class Connecting implements Step {
  readonly name: string;
  readonly isSigned: boolean;

  constructor(name: string, isSigned: boolean) {
    this.name = name;
    this.isSigned = isSigned;
  }

  check(): boolean {
    return true;
  }

  async run({ webhooks }: Lives, { ask, limits }: ApiWorld): Promise<void> {
    const { name, isSigned } = this;
    const body = { name, url: 'https://siem.example.com/in', ...(isSigned && { secret: { generate: true } }) };
    const { status, json } = await ask('POST', '/v1/webhooks', { body });
    if (webhooks.size >= limits.webhooksPerTenant) {
      expect(status).toBe(409);
      return;
    }
    const expected = { name, state: 'enabled', isSigned, revision: 1 } as const;
    const alerts = { enabled: false, minSeverity: 'high' };
    expect(status).toBe(201);
    expect(json).toMatchObject({ ...expected, alerts });
    expect('signingSecret' in json).toBe(isSigned);
    webhooks.set(json.id, { ...expected, alerts, pace: undefined });
  }

  toString(): string {
    return `connect ${this.name}`;
  }
}

class Listing implements Step {
  check(): boolean {
    return true;
  }

  async run({ webhooks }: Lives, { ask }: ApiWorld): Promise<void> {
    const { status, json } = await ask('GET', '/v1/webhooks');
    expect(status).toBe(200);
    expect(json.webhooks).toHaveLength(webhooks.size);
    for (const [id, { pace: _pace, ...expected }] of webhooks) {
      expect(json.webhooks).toContainEqual(expect.objectContaining({ id, ...expected }));
    }
  }

  toString(): string {
    return 'list';
  }
}

/** What another instance of the function does not know, it must find in the tables. */
class Restarting implements Step {
  check(): boolean {
    return true;
  }

  async run(_lives: Lives, world: ApiWorld): Promise<void> {
    world.restart();
  }

  toString(): string {
    return 'restart';
  }
}

function next(webhook: Expected, change: Partial<Expected>): Expected {
  return { ...webhook, ...change, revision: webhook.revision + 1 };
}

const position = fc.nat({ max: 4 });

const rotating = fc.tuple(position, fc.constantFrom(0, 60, undefined)).map(
  ([at, overlapSeconds]) =>
    new OfOne('rotate', at, async (ask, webhook) => {
      const body = { secret: { generate: true }, overlapSeconds };
      const { status, json } = await ask('POST', '/secret', { body });
      expect(status).toBe(200);
      expect(json.signingSecret).toMatch(/^whsec_/);
      expect('previousSecretUntil' in json).toBe(webhook.isSigned && overlapSeconds !== 0);
      return next(webhook, { isSigned: true });
    }),
);

const unsigning = position.map(
  (at) =>
    new OfOne('remove the secret', at, async (ask, webhook) => {
      expect((await ask('DELETE', '/secret')).status).toBe(200);
      return webhook.isSigned ? next(webhook, { isSigned: false }) : webhook;
    }),
);

const moving = fc.tuple(position, fc.constantFrom('pause', 'resume')).map(
  ([at, how]) =>
    new OfOne(how, at, async (ask, webhook) => {
      expect((await ask('POST', `/${how}`)).status).toBe(200);
      const state = how === 'pause' ? 'paused' : 'enabled';
      return state === webhook.state ? webhook : next(webhook, { state });
    }),
);

const ruling = fc.tuple(position, fc.boolean(), fc.constantFrom(...SEVERITY_LEVELS)).map(
  ([at, enabled, minSeverity]) =>
    new OfOne('alerts', at, async (ask, webhook) => {
      const headers = { 'if-match': `"${webhook.revision}"` };
      const alerts = { enabled, minSeverity };
      expect((await ask('PUT', '/alerts', { body: alerts, headers })).status).toBe(200);
      const { enabled: before, minSeverity: threshold } = webhook.alerts;
      return enabled === before && minSeverity === threshold ? webhook : next(webhook, { alerts });
    }),
);

const renaming = fc.tuple(position, fc.constantFrom('One', 'Another')).map(
  ([at, name]) =>
    new OfOne('rename', at, async (ask, webhook) => {
      expect((await ask('PATCH', '', { body: { name } })).status).toBe(200);
      return next(webhook, { name });
    }),
);

const pacing = fc.tuple(position, fc.constantFrom(null, { perMinute: 1 }, { perMinute: 6_000 })).map(
  ([at, pace]) =>
    new OfOne('set the pace', at, async (ask, webhook) => {
      expect((await ask('PATCH', '', { body: { pace } })).status).toBe(200);
      return next(webhook, { pace: pace ?? undefined });
    }),
);

const deleting = position.map(
  (at) =>
    new OfOne('delete', at, async (ask) => {
      expect((await ask('DELETE', '')).status).toBe(204);
      return undefined;
    }),
);

export const lifeSteps: fc.Arbitrary<Step>[] = [
  fc
    .tuple(fc.constantFrom('SIEM', 'Chat', 'SIEM'), fc.boolean())
    .map(([name, isSigned]) => new Connecting(name, isSigned)),
  rotating,
  unsigning,
  moving,
  ruling,
  renaming,
  pacing,
  deleting,
  fc.constant(new Listing()),
  fc.constant(new Restarting()),
];
