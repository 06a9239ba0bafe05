/** The flow for Node-RED: the code in its function nodes, run as Node-RED runs it, and the wires between its nodes. */
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINDING_EVENTS, type FindingEventName } from '../../shared/finding/lifecycle.ts';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import {
  forgedCases,
  genuine,
  genuineCases,
  SECRET,
  type SignatureCase,
  type SignedRequest,
} from '../builders/signed-requests.ts';
import { mappingFaults } from './pack-fields.ts';

interface Node {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

const file = new URL('../../receivers/node-red/flow.json', import.meta.url);
const nodes: readonly Node[] = JSON.parse(readFileSync(file, 'utf8'));

function nodeNamed(name: string): Node {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) {
    throw new Error(`the flow has no node ${name}`);
  }
  return found;
}

/** What stands in a function node is the body of a function; these are the names that Node-RED gives it. */
function run(name: string, msg: unknown, secret = '', flow: ReadonlyMap<string, unknown> = new Map()) {
  const node = { warn: () => {}, error: () => {} };
  const env = { get: (variable: string) => (variable === 'THALIAN_WEBHOOK_SECRET' ? secret : undefined) };
  const code = new Function('msg', 'env', 'flow', 'node', 'crypto', 'Buffer', String(nodeNamed(name)['func']));
  return code(msg, env, flow, node, crypto, Buffer);
}

/** With the body as the node "http in" hands it over if it does not parse it. */
function verify({ headers, body }: SignedRequest, secret: string) {
  const [accepted, refused] = run('Verify the signature', { req: { headers }, payload: Buffer.from(body) }, secret);
  return { accepted, refused };
}

const revisionOf = (event: FindingEventName) => FINDING_EVENTS.indexOf(event) + 1;

async function whereTo(flow: ReadonlyMap<string, unknown>, payload: object): Promise<string> {
  const [open, resolved] = run('Only the newest state', { payload }, '', flow);
  return open === null ? (resolved === null ? 'nowhere' : 'resolved') : 'open';
}

describe('the flow for Node-RED', () => {
  it.each(genuineCases())('accepts $what', ({ request, secret = SECRET }: SignatureCase) => {
    const { accepted, refused } = verify(request(), secret);
    expect(refused).toBeNull();
    expect(accepted).toMatchObject({
      webhookId: request().headers['webhook-id'],
      payload: JSON.parse(request().body),
    });
  });

  it.each(forgedCases('webhook-signature'))('refuses $what', ({ request, secret = SECRET }: SignatureCase) => {
    const { accepted, refused } = verify(request(), secret);
    expect(accepted).toBeNull();
    expect(refused).toMatchObject({ statusCode: 401, payload: expect.any(String) });
  });

  it('accepts nothing without a secret: with an empty key anybody could sign', () => {
    for (const secret of ['', 'whsec_']) {
      expect(verify(genuine(), secret)).toMatchObject({ accepted: null, refused: { statusCode: 503 } });
    }
  });

  it('says what to do if the body was parsed before it came, for then it has other bytes', () => {
    const { headers, body } = genuine();
    const [accepted, refused] = run('Verify the signature', { req: { headers }, payload: JSON.parse(body) }, SECRET);
    expect(accepted).toBeNull();
    expect(refused.payload).toContain('Do not parse the body');
    expect(nodes.find(({ type }) => type === 'http in')).toMatchObject({ method: 'post', skipBodyParsing: true });
  });

  it('hands on a delivery once, and forgets it after 30 days', () => {
    const flow = new Map<string, unknown>([['thalianSeen', { dlv_old: Date.now() - 31 * 24 * 60 * 60 * 1000 }]]);
    const judge = (webhookId: string) => run('Skip what was seen', { webhookId }, '', flow)[0] !== null;
    expect([judge('dlv_a'), judge('dlv_b'), judge('dlv_a')]).toEqual([true, true, false]);
    expect(Object.keys(Object(flow.get('thalianSeen')))).toEqual(['dlv_a', 'dlv_b']);
  });

  it('hands on of each finding what is newest, whatever the order, and leads a resolution away from the severities', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...FINDING_EVENTS], { minLength: 1 }), async (events) => {
        const flow = new Map<string, unknown>();
        for (const [at, event] of events.entries()) {
          const greatest = Math.max(...events.slice(0, at).map(revisionOf), 0);
          const expected = event === 'resolved' ? 'resolved' : 'open';
          expect(
            await whereTo(flow, { type: `finding.${event}`, revision: revisionOf(event), data: { id: 'fnd_1' } }),
          ).toBe(greatest > revisionOf(event) ? 'nowhere' : expected);
        }
      }),
    );
  });

  it('takes what has no revision as it comes, and mixes up no two findings', async () => {
    const flow = new Map<string, unknown>();
    expect(await whereTo(flow, { type: 'finding.updated', revision: 2, data: { id: '__proto__' } })).toBe('open');
    for (const id of ['fnd_1', 'fnd_1', 'toString']) {
      expect(await whereTo(flow, { type: 'finding.detected', data: { id } })).toBe('open');
    }
    expect(await whereTo(flow, { type: 'finding.detected', data: { id: '__proto__' } })).toBe('nowhere');
  });

  it('responds to both what is new and what was seen, and works on the new alone', () => {
    const [fresh = [], seen = []] = nodeNamed('Skip what was seen').wires ?? [];
    expect(fresh).toEqual([nodeNamed('Accept').id, nodeNamed('Only the newest state').id]);
    expect(nodeNamed('Only the newest state').wires).toEqual([
      [nodeNamed('By severity').id],
      [nodeNamed('resolved').id],
    ]);
    expect(seen).toEqual([nodeNamed('Accept').id]);
    expect(nodeNamed('Verify the signature').wires).toEqual([
      [nodeNamed('Skip what was seen').id],
      [nodeNamed('Refuse').id],
    ]);
    expect(nodeNamed('Accept')['statusCode']).toBe('204');
  });

  it('has a branch for each severity, and one for those to come', () => {
    const { rules, wires = [] } = nodeNamed('By severity');
    expect(rules).toEqual([...SEVERITY_LEVELS.map((v) => ({ t: 'eq', v, vt: 'str' })), { t: 'else' }]);
    expect(wires).toEqual([...SEVERITY_LEVELS, 'other'].map((level) => [nodeNamed(level).id]));
  });

  it('reads fields that the format renders', () => {
    const paths = nodes.flatMap(({ property, complete, statusVal }) => [property, complete, statusVal]);
    const reads = new Set(
      paths.filter((path) => path !== undefined).map((path) => String(path).replace('payload.', '')),
    );
    expect(reads).toEqual(new Set(['data.severity.level', 'data', 'data.title']));
    // Beside what the function nodes read.
    expect(String(nodeNamed('Only the newest state')['func'])).toContain('{ type, revision = 1, data } = msg.payload');
    const unmapped = {
      type: 'read by a function node',
      revision: 'read by a function node',
      timestamp: 'the same as data.detectedAt',
    };
    expect(mappingFaults({ id: 'json', reads, unmapped })).toEqual([]);
  });

  it('holds no secret', () => {
    expect(nodes[0]).toMatchObject({ type: 'tab', env: [{ name: 'THALIAN_WEBHOOK_SECRET', type: 'cred', value: '' }] });
  });
});
