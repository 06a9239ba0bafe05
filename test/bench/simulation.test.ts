import { describe, expect, it } from 'vitest';
import { refusedBeside } from '../../bench/simulation/api-polling.ts';
import { FairQueue } from '../../bench/simulation/fair-queue.ts';
import { type Load, SCENARIOS, type Scenario, simulate, TENANT_SCENARIOS } from '../../bench/simulation/scenarios.ts';
import { DESIGNS, type Design } from '../../bench/simulation/service.ts';
import { SimulatedMapping } from '../../bench/simulation/simulated-mapping.ts';
import { VirtualClock } from '../../bench/simulation/virtual-clock.ts';
import { seededRandom } from '../../local/load/seeded-random.ts';

describe('the simulated clock', () => {
  it('runs what is planned in the order of its time, and of one moment in the order of planning', () => {
    const clock = new VirtualClock();
    const random = seededRandom(7);
    const times = Array.from({ length: 500 }, () => Math.floor(random() * 100));
    const ran: { readonly time: number; readonly index: number }[] = [];
    for (const [index, time] of times.entries()) {
      clock.at(time, () => ran.push({ time: clock.now, index }));
    }
    clock.runUntil(1_000);
    const expected = times
      .map((time, index) => ({ time, index }))
      .sort((one, other) => one.time - other.time || one.index - other.index);
    expect(ran).toEqual(expected);
    expect(clock.now).toBe(1_000);
  });

  it('stops at the moment that it is given, and runs what lies in the past at once', () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    clock.at(10, () => clock.at(5, () => ran.push(clock.now)));
    clock.at(11, () => ran.push(clock.now));
    clock.runUntil(10);
    expect(ran).toEqual([10]);
  });
});

describe('a fair queue', () => {
  const messages = (group: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ group, name: `${group}-${index}` }));
  const namesOf = (received: readonly { readonly name: string }[]) => received.map(({ name }) => name);

  const aQueue = () => new FairQueue<{ group: number; name: string }>(({ group }) => group);

  it('gives the oldest message first', () => {
    const queue = aQueue();
    for (const [index, message] of [...messages(1, 2), ...messages(2, 1)].entries()) {
      queue.send(message, index);
    }
    expect(queue.oldestAt()).toBe(0);
    expect(namesOf(queue.receive(2))).toEqual(['1-0', '1-1']);
    expect([queue.oldestAt(), queue.size]).toEqual([2, 1]);
    expect(namesOf(queue.receive(2))).toEqual(['2-0']);
    expect([queue.oldestAt(), queue.size]).toEqual([undefined, 0]);
  });

  it('puts a group that has more than a tenth of what is in flight behind the others, until it has less', () => {
    const queue = aQueue();
    for (const message of messages(1, 30)) {
      queue.send(message, 0);
    }
    const inFlight = queue.receive(25);
    for (const message of messages(2, 1)) {
      queue.send(message, 1);
    }
    expect(namesOf(queue.receive(2))).toEqual(['2-0', '1-25']);
    for (const message of inFlight) {
      queue.delete(message);
    }
    queue.send({ group: 3, name: '3-0' }, 2);
    expect(namesOf(queue.receive(2))).toEqual(['1-26', '1-27']);
  });
});

describe('a simulated mapping', () => {
  function map(
    settings: Partial<ConstructorParameters<typeof SimulatedMapping>[2]>,
    millis = Number.POSITIVE_INFINITY,
  ) {
    const clock = new VirtualClock();
    const invoked: { readonly at: number; readonly size: number }[] = [];
    const mapping = new SimulatedMapping(
      clock,
      new FairQueue<{ group: number }>(({ group }) => group),
      { batchSize: 10, windowSeconds: 0, maxConcurrency: 50, isProvisioned: false, ...settings },
      (batch, ended) => {
        invoked.push({ at: clock.now, size: batch.length });
        clock.at(clock.now + millis, ended);
      },
    );
    const send = (count: number) => {
      for (let group = 0; group < count; group += 1) {
        mapping.send({ group });
      }
    };
    return { clock, invoked, send };
  }

  it('begins with five invocations and adds five a second while messages wait, up to its concurrency', () => {
    const { clock, invoked, send } = map({ batchSize: 1, maxConcurrency: 12 });
    send(20);
    const counts = [999, 1_000, 2_000, 5_000].map((millis) => {
      clock.runUntil(millis);
      return invoked.length;
    });
    expect(counts).toEqual([5, 10, 12, 12]);
  });

  it('has all of its concurrency at once with provisioned pollers', () => {
    const { invoked, send } = map({ batchSize: 1, maxConcurrency: 12, isProvisioned: true });
    send(20);
    expect(invoked).toHaveLength(12);
  });

  it('collects a batch until it is full or its window is over', () => {
    const { clock, invoked, send } = map({ batchSize: 50, windowSeconds: 1 });
    send(60);
    expect(invoked).toEqual([{ at: 0, size: 50 }]);
    clock.runUntil(5_000);
    expect(invoked).toEqual([
      { at: 0, size: 50 },
      { at: 1_000, size: 10 },
    ]);
  });

  it('takes the next batch when an invocation ends', () => {
    const { clock, invoked, send } = map({ maxConcurrency: 1 }, 300);
    send(25);
    clock.runUntil(900);
    expect(invoked).toEqual([
      { at: 0, size: 1 },
      { at: 300, size: 10 },
      { at: 600, size: 10 },
      { at: 900, size: 4 },
    ]);
  });
});

describe('the simulated service', () => {
  /** A tenth of the page's, on a tenth of its concurrency. */
  const LOAD: Load = { webhooks: 100, perSecond: 20, seconds: 240 };
  const designed = (name: string): Design => {
    const design: Design | undefined = new Map(Object.entries(DESIGNS)).get(name);
    if (design === undefined) {
      throw new Error(`There is no design ${name}`);
    }
    return design;
  };
  const small = (design: Design): Design => {
    const tenth = (settings: Design['delivery']) => ({
      ...settings,
      isProvisioned: true,
      maxConcurrency: Math.ceil(settings.maxConcurrency / 10),
    });
    return { ...design, delivery: tenth(design.delivery), retry: tenth(design.retry) };
  };
  const scenario = (name: string): Scenario => {
    const found = [...SCENARIOS, ...TENANT_SCENARIOS].find((one) => one.name === name);
    if (found === undefined) {
      throw new Error(`There is no scenario ${name}`);
    }
    return found;
  };
  const run = (design: string, name: string, seed = 1) => simulate(small(designed(design)), scenario(name), seed, LOAD);

  it.each(['a fifth hangs', 'a fifth responds 200 after 8 s'])(
    'holds up the healthy ones by failures and not by behaviour when %s',
    (name) => {
      const afterThat = (design: string) => {
        const { phases } = simulate(designed(design), scenario(name), 1);
        return phases.find((phase) => phase.name === 'after that');
      };
      expect(afterThat('by behaviour')?.times).toBeLessThan(1.5);
      expect(afterThat('by failures')?.times).toBeGreaterThan(100);
    },
  );

  it.each(SCENARIOS.map(({ name }) => name))('sends a message on at most once, when %s', (name) => {
    expect(run('by behaviour', name).mostMoves).toBeLessThanOrEqual(1);
    expect(run('by failures', name).mostMoves).toBe(0);
  });

  it('sends on what is queued when slowness is noticed', () => {
    expect(run('by behaviour', 'a fifth responds 200 after 8 s').mostMoves).toBe(1);
  });

  it('comes to the same for the same seed, and to something else for another', () => {
    const name = 'a fifth hangs';
    expect(run('by failures', name)).toEqual(run('by failures', name));
    expect(run('by failures', name, 2)).not.toEqual(run('by failures', name));
  });

  it('leaves nothing behind while no receiver goes bad', () => {
    const { phases, waiting } = run('by failures', 'no receiver goes bad');
    expect(waiting).toBeLessThan(10);
    expect(phases.every(({ times }) => times < 1.5)).toBe(true);
  });

  const p95s = (design: string, name: string) =>
    simulate(designed(design), scenario(name), 1).phases.map(({ p95 }) => p95 / 1_000);

  it('loses no healthy second when a fifth hangs, if enough pollers are ready', () => {
    const [undisturbed = 0, ...later] = p95s('by behaviour, provisioned pollers', 'a fifth hangs');
    expect(Math.max(...later)).toBeLessThanOrEqual(1.5 * undisturbed);
    const [, first] = p95s('by behaviour', 'a fifth hangs');
    expect(first).toBeGreaterThan(1);
  });

  it('dispatched a burst before what came after it in version 0.1.0', () => {
    const { name, burst = 0 } = scenario('one publishes at once what all publish in ten minutes');
    // Ten invocations at once, ten findings and 30 ms each.
    const dispatchedAfter = burst / (100 / 0.03);
    const [, first = 0] = p95s('by failures', name);
    expect(first).toBeGreaterThan(dispatchedAfter - 5);
    expect(first).toBeLessThan(dispatchedAfter + 5);
  });

  it.each([
    ['one publishes at once what all publish in ten minutes', 0],
    // Their 50 groups would each have a fiftieth of what is in flight in the delivery queue, and be no burst to it.
    ['one publishes at once, for 50 webhooks, what all publish in ten minutes', 10],
  ])('serves the others before a burst, by tenant in both queues: %s', (name, secondsByWebhook) => {
    const [undisturbed = 0, ...later] = p95s('by behaviour', name);
    expect(Math.max(...later)).toBeLessThanOrEqual(1.5 * undisturbed + 0.1);
    const byWebhook: Design = { ...designed('by behaviour'), groups: { findings: 'tenant', deliveries: 'webhook' } };
    const [, ...waited] = simulate(byWebhook, scenario(name), 1).phases.map(({ p95 }) => p95 / 1_000);
    expect(Math.max(...waited)).toBeGreaterThanOrEqual(secondsByWebhook);
  });

  it('makes what was returned while a dependency was down when its return is due, and keeps nothing later waiting', () => {
    const name = 'a dependency is down for a minute and comes back';
    const [, before = 0, beforeAfter = 0] = p95s('by failures', name);
    const [undisturbed = 0, now = 0, after = 0] = p95s('by behaviour', name);
    expect(before).toBeGreaterThan(180);
    expect(now).toBeLessThan(90);
    expect(Math.max(beforeAfter, after)).toBeLessThanOrEqual(1.5 * undisturbed);
  });

  it('holds up others by the largest secrets in version 0.1.0, and not now', () => {
    const { name } = scenario(TENANT_SCENARIOS.at(-1)?.name ?? '');
    const slower = (design: string) => {
      const [undisturbed = 0, ...later] = p95s(design, name);
      return Math.max(...later) / undisturbed;
    };
    expect(slower('by failures')).toBeGreaterThan(3);
    expect(slower('by behaviour')).toBeLessThanOrEqual(1.5);
  });
});

describe('the throttle that all tenants share', () => {
  const THROTTLING = { ratePerSecond: 50, burst: 100 };

  it('refuses nothing below its rate', () => {
    expect(refusedBeside(10, THROTTLING, 1)).toBe(0);
  });

  it('refuses the others as it refuses the one that polls: what is beyond the rate', () => {
    // 220 a second ask for 50, after the burst.
    expect(refusedBeside(200, THROTTLING, 1)).toBeCloseTo(1 - 50 / 220, 1);
    expect(refusedBeside(200, { ratePerSecond: 50, burst: 50_000 }, 1)).toBe(0);
  });
});
