/** The story for Tines: its formulas and rules, read as Tines documents their functions, on genuine and forged requests. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SEVERITY_LEVELS } from '../../shared/finding/severity.ts';
import {
  forgedCases,
  genuineCases,
  SECRET,
  type SignatureCase,
  type SignedRequest,
} from '../builders/signed-requests.ts';
import { mappingFaults } from './pack-fields.ts';

interface Rule {
  readonly type: string;
  readonly value: string;
  readonly path: string;
}

interface Agent {
  readonly name: string;
  readonly guid: string;
  readonly options: { readonly rules?: readonly Rule[]; readonly payload?: object; readonly [option: string]: unknown };
}

const text = readFileSync(new URL('../../receivers/tines/story.json', import.meta.url), 'utf8');
const story: {
  readonly agents: readonly Agent[];
  readonly links: readonly { readonly source: number; readonly receiver: number }[];
  readonly diagram_layout: string;
} = JSON.parse(text);

/** The functions that the formulas call, as their pages describe them. */
const FUNCTIONS = {
  GET: (from: unknown, path: string) =>
    [...path.matchAll(/\["([^"]+)"\]|[^.[\]]+/g)].reduce<unknown>((at, [name, key]) => Object(at)[key ?? name], from),
  SPLIT: (value: unknown, delimiter: string) => String(value ?? '').split(delimiter),
  INCLUDES: (target: readonly unknown[], value: unknown) => target.includes(value),
  HMAC_SHA256: (value: string, secret: string) => createHmac('sha256', secret).update(value).digest('hex'),
  UNIX_TIMESTAMP: () => Math.floor(Date.now() / 1000),
};

function agentNamed(name: string): Agent {
  const found = story.agents.find((agent) => agent.name === name);
  if (found === undefined) {
    throw new Error(`the story has no action ${name}`);
  }
  return found;
}

/** `&` joins texts. None of the formulas has one within quotes. */
function evaluate(formula: string, names: object): unknown {
  const body = formula.replace(/^=/, '').replaceAll(' & ', ' + ').replaceAll(' AND ', ' && ');
  const scope = { ...FUNCTIONS, ...names };
  return new Function(...Object.keys(scope), `return ${body}`)(...Object.values(scope));
}

function passes({ type, value, path }: Rule, names: object): boolean {
  const read = (part: string) =>
    part.replace(/<<(.+?)>>/g, (_pill, at: string) => String(FUNCTIONS.GET(names, at) ?? ''));
  const [given, wanted] = [read(path), read(value)];
  switch (type) {
    case 'field==value':
      return given === wanted;
    case 'field>=value':
      return Number(given) >= Number(wanted);
    case 'field<=value':
      return Number(given) <= Number(wanted);
    default:
      throw new Error(`not a rule that this test knows: ${type}`);
  }
}

/** The severities whose trigger lets the request pass; none for a forged one. */
function branchesOf({ headers, body }: SignedRequest, secret: string): readonly string[] {
  const webhook = { headers, body: body === '' ? {} : JSON.parse(body), raw_body: body };
  const names = { thalian_webhook: webhook, CREDENTIAL: { thalian_signing_secret: secret } };
  const checked = Object.entries(agentNamed('Check the signature').options.payload ?? {}).map(([name, formula]) => [
    name,
    evaluate(formula, names),
  ]);
  const after = { ...names, check_the_signature: Object.fromEntries(checked) };
  const isThrough = (agent: Agent) => agent.options.rules?.every((rule) => passes(rule, after)) === true;
  return isThrough(agentNamed('Is it genuine'))
    ? SEVERITY_LEVELS.filter((level) => isThrough(agentNamed(`Is it ${level}`)))
    : [];
}

describe('the story for Tines', () => {
  it.each(genuineCases())('accepts $what', ({ request, secret = SECRET }: SignatureCase) => {
    expect(branchesOf(request(), secret)).toEqual([JSON.parse(request().body).data.severity.level]);
  });

  it.each(forgedCases('x-thalian-signature'))('refuses $what', ({ request, secret = SECRET }: SignatureCase) => {
    expect(branchesOf(request(), secret)).toEqual([]);
  });

  it('drops repeats by the id of the delivery', () => {
    const { mode, path, period } = agentNamed('Skip what was seen').options;
    const headers = { 'webhook-id': 'dlv_1' };
    expect([mode, period]).toEqual(['deduplicate', 30 * 24 * 60 * 60]);
    expect(evaluate(String(path), { thalian_webhook: { headers } })).toBe('dlv_1');
  });

  it('leads from the webhook through both checks to each severity', () => {
    const names = story.links.map(({ source, receiver }) => [story.agents[source]?.name, story.agents[receiver]?.name]);
    expect(names).toEqual([
      ['Thalian webhook', 'Check the signature'],
      ['Check the signature', 'Is it genuine'],
      ['Is it genuine', 'Skip what was seen'],
      ...SEVERITY_LEVELS.map((level) => ['Skip what was seen', `Is it ${level}`]),
    ]);
    expect(Object.keys(JSON.parse(story.diagram_layout))).toEqual(story.agents.map(({ guid }) => guid));
  });

  it('reads fields that the format renders', () => {
    const reads = new Set([...text.matchAll(/thalian_webhook\.body\.([\w.]+)/g)].map(([, path = '']) => path));
    expect(reads).toEqual(new Set(['data.severity.level']));
    const page = readFileSync(new URL('../../receivers/tines/README.md', import.meta.url), 'utf8');
    const [, handedOn = ''] = /<<thalian_webhook\.body\.(\w+)>>/.exec(page) ?? [];
    const unmapped = { timestamp: 'the same as data.detectedAt' };
    expect(page).toMatch(/<<thalian_webhook\.body\.type>>[\s\S]*<<thalian_webhook\.body\.revision>>/);
    expect(mappingFaults({ id: 'json', reads: [...reads, handedOn, 'type', 'revision'], unmapped })).toEqual([]);
  });

  it('holds no secret', () => {
    expect(agentNamed('Thalian webhook').options['secret']).toBe('REPLACE_ME');
    expect(text).not.toContain('whsec_');
  });
});
