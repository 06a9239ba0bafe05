import { EcsFlat, EcsVersion } from '@elastic/ecs';
import { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { format } from '../../../../shared/destinations/elastic/elastic.ts';
import { vendor } from '../../../../shared/destinations/elastic/elastic.vendor.ts';
import type { Finding } from '../../../../shared/finding/finding.ts';
import { anyFinding } from '../../../builders/any-finding.ts';
import { aFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { asReceived } from '../../../builders/vendor-request.ts';
import { startCaptureServer } from '../../../fakes/capture-server.ts';
import { itComplies } from '../it-complies.ts';

const API_KEY = 'VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==';
const ASSET = aFinding({ affected: { type: 'asset', id: 'i-0a1', name: '' } });

function render(overrides: Parameters<typeof aRenderInput>[0] = {}) {
  const request = format.render(aRenderInput({ credentials: { apiKey: API_KEY }, ...overrides }));
  return { ...request, json: JSON.parse(request.body) };
}

interface EcsField {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
  readonly ignore_above?: number;
}

/** Elastic's own table, by dotted names. */
const ecs = new Map<string, EcsField>(Object.entries(EcsFlat));

/** All values with their dotted names; a list is one value. */
function leavesOf(value: unknown, name = ''): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, name === '' ? key : `${name}.${key}`))
    : [[name, value]];
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'date':
      return typeof value === 'string' && new Date(value).toISOString() === value;
    case 'long':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'keyword':
    case 'wildcard':
    case 'match_only_text':
      return typeof value === 'string';
    default:
      return false;
  }
}

/** What the table says against a document; what is below `thalian` is ours, as ECS wants own fields to be. */
function objections(document: unknown): readonly string[] {
  return leavesOf(document)
    .filter(([name]) => !name.startsWith('thalian.'))
    .flatMap(([name, value]) => {
      const field = ecs.get(name);
      if (field === undefined) {
        return [`${name} is no field of ECS`];
      }
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      const allowed = field.allowed_values?.map((entry) => entry.name);
      return [
        ...(Array.isArray(value) === field.normalize.includes('array') ? [] : [`${name}: a list, or not`]),
        ...values.filter((one) => !isOfType(field.type, one)).map((one) => `${name}: ${one} is no ${field.type}`),
        ...values.filter((one) => allowed?.includes(String(one)) === false).map((one) => `${name}: ${one}`),
        ...values.filter((one) => String(one).length > (field.ignore_above ?? Infinity)).map(() => `${name}: too long`),
      ];
    });
}

itComplies('elastic');

describe('a document for Elasticsearch', () => {
  it('is created under the id of its delivery', () => {
    const { deliveryId } = aRenderInput();
    const { method, url } = render({ url: 'https://es.example:9243/proxy/', options: { index: 'logs-own-default' } });
    expect(`${method} ${url}`).toBe(`PUT https://es.example:9243/proxy/logs-own-default/_create/${deliveryId}`);
  });

  describe('of a finding, in an index that is no data stream', () => {
    const options = { index: 'findings', documentPer: 'finding' };
    const sent = (finding: Finding) => {
      const { method, url, headers, body } = render({ finding, options, url: 'https://es.example' });
      return asReceived({ method, url, headers, body });
    };

    it('is replaced when the finding changes, and not by an older one', () => {
      const receive = vendor.create();
      const older = aFinding();
      const newer = aFinding({ title: 'Changed', detectedAt: '2026-11-24T10:00:00Z' });
      const judged = [older, newer, newer, older].map((finding) => {
        const { statusCode, body } = receive(sent(finding));
        return [statusCode, judge(format, [statusCode, body], options)];
      });
      expect(judged).toEqual([
        [201, 'success'],
        [200, 'success'],
        [200, 'success'],
        [409, 'success'],
      ]);
      const { url } = render({ options, url: 'https://es.example' });
      expect(url).toMatch(
        /^https:\/\/es\.example\/findings\/_doc\/[0-9a-f]{64}\?version=\d+&version_type=external_gte$/,
      );
    });

    it('is a failure where only deliveries are taken', () => {
      const { method, url, headers, body } = render({ options: { documentPer: 'finding' } });
      expect(vendor.create()(asReceived({ method, url, headers, body }))).toMatchObject({ statusCode: 400 });
    });
  });

  it.each([
    ['critical', 99, 'alert'],
    ['high', 73, 'alert'],
    ['medium', 47, 'alert'],
    ['low', 21, 'alert'],
    ['info', 0, 'event'],
  ] as const)('numbers %s as the rule External Alerts reads it: %i, as %s', (level, severity, kind) => {
    const finding = aFinding({ severity: { level, score: 12.5 } });
    expect(render({ finding }).json.event).toMatchObject({ severity, kind, risk_score: 12.5, risk_score_norm: 12.5 });
  });

  it('names an identity as a user and an asset as a host', () => {
    expect(render().json).toMatchObject({
      user: { id: '00u1x', name: 'jane@acme.example' },
      related: { user: ['jane@acme.example'] },
      event: { category: ['iam'] },
    });
    expect(render({ finding: ASSET }).json).toMatchObject({
      host: { id: 'i-0a1', name: 'i-0a1' },
      related: { hosts: ['i-0a1'] },
      event: { category: ['configuration'] },
    });
  });

  it('keeps what ECS has no field for', () => {
    const { severity, platform, platforms, affected, alsoAffected, description, remediation } = aFinding();
    const { deliveryId } = aRenderInput();
    const attributes = ['lastSignIn: 2026-07-26'];
    expect(render().json.thalian).toEqual({
      deliveryId,
      finding: { severity, platform, platforms, affected, alsoAffected, description, attributes, remediation },
    });
  });
});

describe("Elastic's table of ECS fields", () => {
  it('is of the version that the documents name', () => {
    expect(render().json.ecs.version).toBe(EcsVersion);
  });

  it.each([
    ['an identity', aFinding()],
    ['an asset', ASSET],
    ['no more than information', aFinding({ severity: { level: 'info', score: 0 } })],
    ['the longest finding', { ...theLongestFinding(), remediation: aFinding().remediation }],
  ])('has nothing against a document about %s', (_what, finding) => {
    expect(objections(render({ finding }).json)).toEqual([]);
  });

  it('has nothing against any document but links too long to be searched', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const allowed = objections(render({ finding }).json).filter(
          (text) => !/^event\.(url|reference): too long$/.test(text),
        );
        expect(allowed).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps long ids apart and whole, though an index takes only their beginning and their hash', () => {
    const [one, other] = ['1', '2'].map((end) => {
      const id = `${'x'.repeat(2_047)}${end}`;
      return render({ finding: aFinding({ id, affected: { type: 'asset', id, name: '' } }) }).json;
    });
    expect(one.event.id).toMatch(/^x+~[0-9a-f]{64}$/);
    expect(one.event.id).not.toBe(other.event.id);
    expect(one.host.id).not.toBe(other.host.id);
    expect(one.thalian.finding.id).toBe(`${'x'.repeat(2_047)}1`);
    expect(render().json.thalian.finding).not.toHaveProperty('id');
  });

  it('allows the types of event for the categories that are used', () => {
    const categories = ecs.get('event.category')?.allowed_values ?? [];
    for (const finding of [aFinding(), ASSET]) {
      const { category, type } = render({ finding }).json.event;
      expect(categories.find(({ name }) => name === category[0])?.expected_event_types).toContain(type[0]);
    }
  });
});

describe("Elastic's own client", () => {
  it.each([
    ['an identity', aFinding()],
    ['an asset', ASSET],
    ['the longest finding', theLongestFinding()],
  ])('sends the same bytes with the same key to the same path: %s', async (_what, finding) => {
    const headers = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };
    const server = await startCaptureServer({ statusCode: 201, headers, body: '{"result":"created"}' });
    onTestFinished(server.stop);
    const ours = render({ finding, url: `http://${server.host}` });

    const client = new Client({ node: `http://${server.host}`, auth: { apiKey: API_KEY } });
    const id = aRenderInput().deliveryId;
    await client.create({ index: 'logs-thalian.finding-default', id, document: ours.json });
    await client.close();

    expect(server.requests).toMatchObject([
      {
        method: ours.method,
        target: new URL(ours.url).pathname,
        headers: { authorization: ours.headers['authorization'] },
        body: ours.body,
      },
    ]);
    expect(server.requests[0]?.headers['content-type']).toMatch(/^application\/(vnd\.elasticsearch\+)?json/);
  });
});

describe("Elasticsearch's response", () => {
  const conflict = { error: { type: 'version_conflict_engine_exception', reason: 'exists' }, status: 409 };

  it.each([
    [[201, { _id: 'dlv_1', _version: 1, result: 'created' }], 'success'],
    [[201, '<html>201 Created</html>'], 'failure'],
    [[201, { result: 'updated' }], 'failure'],
    [[409, conflict], 'success'],
    [[409, { error: { type: 'other_exception' }, status: 409 }], 'failure'],
    [[409, 'Conflict'], 'failure'],
    [[400, conflict], 'failure'],
    [[200, { tagline: 'You Know, for Search' }], 'failure'],
    [[400, { error: { type: 'document_parsing_exception' }, status: 400 }], 'failure'],
    [[401], 'failure'],
    [[403], 'failure'],
    [[404], 'failure'],
    [[413], 'failure'],
    [[429, { error: { type: 'es_rejected_execution_exception' }, status: 429 }], 'failure'],
    [[503, '', { 'retry-after': '4' }], 'failure, wait 4000'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});
