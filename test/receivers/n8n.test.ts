/** The workflow for n8n: the code in its code nodes, run as n8n runs it, with the signature that its Crypto node computes. */
import { createHmac } from 'node:crypto';
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
  withHeader,
} from '../builders/signed-requests.ts';
import { mappingFaults } from './pack-fields.ts';

interface Node {
  readonly name: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly credentials?: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const text = readFileSync(new URL('../../receivers/n8n/workflow.json', import.meta.url), 'utf8');
const workflow: {
  readonly nodes: readonly Node[];
  readonly connections: Readonly<Record<string, { readonly main: readonly (readonly { readonly node: string }[])[] }>>;
} = JSON.parse(text);

/** Of a finding, beside its severity. */
const HANDED_ON = [
  'id',
  'title',
  'severity.score',
  'category',
  'url',
  'description',
  'affected',
  'alsoAffected',
  'platform',
  'platforms',
  'attributes',
  'detectedAt',
  'remediation',
];

function nodeNamed(name: string): Node {
  const found = workflow.nodes.find((node) => node.name === name);
  if (found === undefined) {
    throw new Error(`the workflow has no node ${name}`);
  }
  return found;
}

function nodesBehind(name: string): readonly (readonly string[])[] {
  return workflow.connections[name]?.main.map((output) => output.map(({ node }) => node)) ?? [];
}

/** What stands in a code node is the body of an asynchronous function, with these helpers as its `this`. */
async function run(name: string, json: unknown, body = Buffer.alloc(0)): Promise<Json> {
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const code = new AsyncFunction('$input', String(nodeNamed(name).parameters['jsCode']));
  const binary: Readonly<Record<string, Buffer>> = { data: body };
  const helpers = { getBinaryDataBuffer: async (_item: number, property: string) => binary[property] };
  const [item] = await code.call({ helpers }, { first: () => ({ json }) });
  return item.json;
}

const revisionOf = (event: FindingEventName) => FINDING_EVENTS.indexOf(event) + 1;

/** n8n saves the static data with the workflow, as JSON. */
async function whereTo(saved: { data: string }, event: object): Promise<string> {
  const data = JSON.parse(saved.data);
  const code = new Function(
    '$input',
    '$getWorkflowStaticData',
    String(nodeNamed('Only the newest state').parameters['jsCode']),
  );
  const items: readonly { readonly json: { readonly event: { readonly type: string } } }[] = code(
    { all: () => [{ json: { event } }] },
    () => data,
  );
  saved.data = JSON.stringify(data);
  const { conditions } = Object(nodeNamed('Resolved?').parameters['conditions']);
  const [item] = items;
  return item === undefined ? 'nowhere' : item.json.event.type === conditions[0].rightValue ? 'resolved' : 'open';
}

async function verify({ headers, body }: SignedRequest, secret: string): Promise<Json> {
  const read = await run('Read the request', { headers }, Buffer.from(body));
  const { type, value, dataPropertyName, encoding } = nodeNamed('Compute the signature').parameters;
  expect([type, value, encoding]).toEqual(['SHA256', '={{ $json.signed }}', 'hex']);
  const expected = createHmac('sha256', secret).update(String(read['signed'])).digest('hex');
  return run('Compare', { ...read, [String(dataPropertyName)]: expected });
}

describe('the workflow for n8n', () => {
  it.each(genuineCases())('accepts $what', async ({ request, secret = SECRET }: SignatureCase) => {
    const { body, headers } = request();
    expect(await verify(request(), secret)).toEqual({
      isGenuine: true,
      deliveryId: headers['webhook-id'],
      event: JSON.parse(body),
    });
  });

  it.each(forgedCases('x-thalian-signature'))('refuses $what', async ({ request, secret = SECRET }: SignatureCase) => {
    expect(await verify(request(), secret)).toEqual({ isGenuine: false, problem: expect.stringMatching(/./) });
  });

  it('refuses a signature with more behind it', async () => {
    const longer = withHeader(genuine(), 'x-thalian-signature', (value) => `${value}00`);
    expect(await verify(longer, SECRET)).toMatchObject({ isGenuine: false });
  });

  it('refuses everything if the signature was not computed', async () => {
    const read = await run('Read the request', { headers: genuine().headers }, Buffer.from(genuine().body));
    for (const expected of [undefined, '']) {
      expect(await run('Compare', { ...read, given: [''], expected })).toMatchObject({ isGenuine: false });
    }
  });

  it('has the raw body, without which no signature matches', () => {
    expect(nodeNamed('From Thalian').parameters).toMatchObject({ httpMethod: 'POST', options: { rawBody: true } });
  });

  it('responds before it works, and works on what is genuine and new alone', () => {
    expect(nodesBehind('Genuine?')).toEqual([['Accept', 'Skip what was seen'], ['Refuse']]);
    expect(nodesBehind('Skip what was seen')).toEqual([['Only the newest state']]);
    expect(nodesBehind('Only the newest state')).toEqual([['Resolved?']]);
    expect(nodesBehind('Resolved?')).toEqual([['resolved'], ['By severity']]);
    expect(nodeNamed('Accept').parameters).toEqual({ respondWith: 'noData', options: { responseCode: 204 } });
    expect(nodeNamed('Refuse').parameters).toMatchObject({ options: { responseCode: 401 } });
    expect(nodeNamed('Skip what was seen').parameters).toMatchObject({ dedupeValue: '={{ $json.deliveryId }}' });
  });

  it('hands on of each finding what is newest, whatever the order, and leads a resolution away from the severities', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...FINDING_EVENTS], { minLength: 1 }), async (events) => {
        const saved = { data: '{}' };
        for (const [at, event] of events.entries()) {
          const greatest = Math.max(...events.slice(0, at).map(revisionOf), 0);
          const expected = event === 'resolved' ? 'resolved' : 'open';
          expect(
            await whereTo(saved, { type: `finding.${event}`, revision: revisionOf(event), data: { id: 'fnd_1' } }),
          ).toBe(greatest > revisionOf(event) ? 'nowhere' : expected);
        }
      }),
    );
  });

  it('takes what has no revision as it comes', async () => {
    const saved = { data: '{}' };
    expect(await whereTo(saved, { type: 'finding.detected', data: { id: 'fnd_1' } })).toBe('open');
    expect(await whereTo(saved, { type: 'finding.detected', data: { id: 'fnd_1' } })).toBe('open');
  });

  it('has a branch for each severity, and one for those to come', () => {
    const { rules } = Object(nodeNamed('By severity').parameters);
    const values = rules.values.map((rule: { readonly conditions: unknown }) => Object(rule.conditions).conditions[0]);
    expect(values.map(({ rightValue }: Json) => rightValue)).toEqual(SEVERITY_LEVELS);
    expect(nodesBehind('By severity')).toEqual([...SEVERITY_LEVELS, 'other'].map((level) => [level]));
  });

  it('reads fields that the format renders', () => {
    const reads = new Set([...text.matchAll(/\$json\.event\.([\w.]+)/g)].map(([, path = '']) => path));
    expect(reads).toEqual(new Set(['type', 'data.severity.level']));
    // Beside what the code node reads.
    expect(String(nodeNamed('Only the newest state').parameters['jsCode'])).toContain('{ revision = 1 } = event');
    const unmapped = {
      revision: 'read by a code node',
      timestamp: 'the same as data.detectedAt',
      ...Object.fromEntries(HANDED_ON.map((field) => [`data.${field}`, 'handed on to the nodes of the customer'])),
    };
    expect(mappingFaults({ id: 'json', reads, unmapped })).toEqual([]);
  });

  it('holds no secret', () => {
    expect(workflow.nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
  });
});
