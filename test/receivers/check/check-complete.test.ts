import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compare, describeCompleteness } from '../../../receivers/check/completeness.ts';
import { readEvents } from '../../../receivers/check/read-events.ts';
import { idOf, readIds } from '../../../receivers/check/read-ids.ts';
import { HORIZON_MILLIS } from '../../../shared/delivery/listed-event.ts';
import { aDeliveryMessage } from '../../builders/delivery.ts';
import { aCanonicalFinding, aTenantId } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';
import { serveApi } from '../../fakes/api-over-http.ts';
import { anApiWorld } from '../../fakes/api-world.ts';

const COMMAND = join(import.meta.dirname, '..', '..', '..', 'receivers', 'check', 'check-complete.ts');
const ASKED = ['--api', 'https://api.example', '--webhook', 'wh_siem', '--file', '/dev/null'];

function run(args: readonly string[], environment: Readonly<Record<string, string>> = { WEBHOOK_TOKEN: 'x' }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

async function aListing(count: number) {
  const pull = { since: 0, only: false };
  const world = anApiWorld({ webhooks: [aWebhook({ pull })] });
  const start = world.clock.now();
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const message = aDeliveryMessage({ finding: aCanonicalFinding({ id: `fnd_${number}`, title: `Title ${number}` }) });
    await world.events.add([message], world.clock.now());
    ids.push(message.deliveryId);
    world.clock.moveOn(1_000);
  }
  world.clock.moveOn(HORIZON_MILLIS);
  const api = await serveApi(world);
  onTestFinished(api.close);
  const read = (span: { readonly since?: string; readonly until?: string } = {}, token = 'acme') =>
    readEvents({ origin: api.origin, token, webhookId: 'wh_siem', ...span }, new AbortController().signal, () => {});
  return { world, ids, start, read };
}

describe('what a receiver has', () => {
  it.each([
    ['dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD', 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD'],
    ['{"webhook-id":"dlv_1","body":"…"}', 'dlv_1'],
    ['{"id":"dlv_1"}', 'dlv_1'],
    ['{"id":"evt_7","headers":{"webhook-id":"dlv_1"}}', 'dlv_1'],
    ['"dlv_1"', 'dlv_1'],
    ['{"Webhook-Id":["dlv_1"]}', 'dlv_1'],
    ['{"headers":{"WEBHOOK-ID":"dlv_1"}}', 'dlv_1'],
    ['{"webhookId":"dlv_1"}', 'dlv_1'],
    ['msg_challenge_0f3c', 'msg_challenge_0f3c'],
    ['["dlv_1"]', undefined],
    ['{"id":"evt_7"}', undefined],
    ['fnd_1', undefined],
    ['{"id":', undefined],
  ])('is read from %s', (line, id) => {
    expect(idOf(line)).toBe(id);
  });

  it('is read with empty lines and repetitions, and refused with the number of a line that says nothing', async () => {
    expect([...(await readIds('F', Readable.from(['dlv_1\r\n\ndlv_2\ndlv_1'])))]).toEqual(['dlv_1', 'dlv_2']);
    await expect(readIds('own.txt', Readable.from(['dlv_1\nnonsense\n']))).rejects.toThrow('own.txt, line 2:');
  });
});

describe('what was due', () => {
  it('is read in a span, whatever is listed meanwhile, and waits out a limit', async () => {
    const { read, ids, start } = await aListing(5);
    const at = (second: number) => new Date(start + second * 1_000).toISOString();
    const { events, from, until } = await read({ since: at(1), until: at(4) });
    expect(events.map(({ id }) => id)).toEqual(ids.slice(1, 4));
    expect([from, until]).toEqual([start + 1_000, start + 4_000]);
  });

  it('is compared up to where the list is settled', async () => {
    const { read, ids, world } = await aListing(3);
    const { events, until } = await read({ until: '2100-01-01T00:00:00Z' });
    expect(events).toHaveLength(ids.length);
    expect(until).toBe(world.clock.now() - HORIZON_MILLIS);
  });

  it('is refused in the words of the API', async () => {
    const { read, world } = await aListing(0);
    await expect(read({}, 'globex')).rejects.toThrow('The API responds 404: There is no such webhook.');
    await world.store.add(aTenantId('globex'), aWebhook({ tenantId: aTenantId('globex') }));
    await expect(read({}, 'globex')).rejects.toThrow('409: Set `pull` of this webhook first');
  });

  it('is nothing to compare where nothing is listed yet', async () => {
    const { read, world } = await aListing(1);
    await expect(read({ since: new Date(world.clock.now()).toISOString() })).rejects.toThrow('nothing to compare yet');
  });

  it('is held against what the receiver has', async () => {
    const { read, ids, start } = await aListing(4);
    const { events, from, until } = await read();
    const [first = '', , third = '', fourth = ''] = ids;
    // Listed twice, as a repeated dispatch does it.
    const listed = [...events, ...events.slice(0, 1)];
    const completeness = compare(listed, new Set([first, third, fourth, 'dlv_other']), { from, until });
    expect(completeness).toMatchObject({ manifest: { count: 4 }, extra: ['dlv_other'] });
    expect(completeness.missing.map(({ id }) => id)).toEqual([ids[1]]);
    const words = describeCompleteness(completeness);
    expect(words).toContain('MISSING: 1 of 4');
    expect(words).toContain(`${ids[1]}  listed at ${new Date(start + 1_000).toISOString()}  high  Title 1`);
    expect(describeCompleteness(compare(events, new Set(ids), { from, until }))).toContain('Complete: you have all 4.');
  });
});

describe('the command', () => {
  it('says what it does', () => {
    expect(run(['--help'], {})).toMatchObject({ status: 0, stdout: expect.stringContaining('check-complete') });
  });

  it.each<[readonly string[], Readonly<Record<string, string>>, string]>([
    [ASKED.slice(2), {}, '--api is missing'],
    [['--api', 'http://api.example', ...ASKED.slice(2)], {}, '--api takes an https URL'],
    [ASKED, {}, 'WEBHOOK_TOKEN is not set'],
    [[...ASKED, '--token', 'x'], {}, '--token would stay in the history of your shell'],
    [[...ASKED, '--since', 'yesterday'], {}, '--since takes an instant'],
    [
      [...ASKED, '--since', '2026-11-23T11:00:00Z', '--until', '2026-11-23T10:00:00Z'],
      { WEBHOOK_TOKEN: 'x' },
      '--since is not before --until',
    ],
    [ASKED, { WEBHOOK_TOKEN: 'first\nsecond' }, 'WEBHOOK_TOKEN is no token'],
    [[...ASKED.slice(0, 4), '--file', 'none.txt'], { WEBHOOK_TOKEN: 'x' }, 'ENOENT'],
    [
      ['--api', 'http://127.0.0.1:9', ...ASKED.slice(2)],
      { WEBHOOK_TOKEN: 'x' },
      'http://127.0.0.1:9 cannot be reached',
    ],
  ])('of %j ends with 2 and one line', (args, environment, words) => {
    const { status, stdout, stderr } = run(args, environment);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(words);
  });
});
