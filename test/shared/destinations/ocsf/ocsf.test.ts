import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { format } from '../../../../shared/destinations/ocsf/ocsf.ts';
import { FINDING_EVENTS, type Lifecycle } from '../../../../shared/finding/lifecycle.ts';
import { anyFinding } from '../../../builders/any-finding.ts';
import { aFinding, aPlainFinding } from '../../../builders/finding.ts';
import { theLongestFinding } from '../../../builders/hostile-finding.ts';
import { aRenderInput, judge } from '../../../builders/rendered.ts';
import { itComplies } from '../it-complies.ts';

const attributesSchema = z.record(
  z.string(),
  z.object({
    type: z.string(),
    list: z.boolean().default(false),
    required: z.boolean().default(false),
    captions: z.record(z.string(), z.string()).default({}),
  }),
);
type Attributes = z.infer<typeof attributesSchema>;

/** Of the published schema, the attributes of the class and of the objects in it. */
const { class: classAttributes, objects } = z
  .object({ class: attributesSchema, objects: z.record(z.string(), attributesSchema) })
  .parse(
    JSON.parse(readFileSync(new URL('../../../vectors/ocsf-1.8.0-detection-finding.json', import.meta.url), 'utf8')),
  );

function render(finding = aFinding(), lifecycle?: Lifecycle) {
  return JSON.parse(format.render(aRenderInput({ finding, ...(lifecycle && { lifecycle }) })).body);
}

/** What the schema says against an object; empty if it is valid. */
function objections(attributes: Attributes, value: object, at = ''): readonly string[] {
  const missing = Object.entries(attributes)
    .filter(([name, { required }]) => required && !Object.hasOwn(value, name))
    .map(([name]) => `${at}${name} is required`);
  const wrong = Object.entries(value).flatMap(([name, given]) => {
    const attribute = attributes[name];
    if (attribute === undefined) {
      return [`${at}${name} is no attribute`];
    }
    const { type, list, captions } = attribute;
    if (Array.isArray(given) !== list) {
      return [`${at}${name} is a list, or should be`];
    }
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    return values.flatMap((one) => [
      ...judgeValue(type, one, `${at}${name}`),
      ...(Object.keys(captions).length === 0 || Object.hasOwn(captions, String(one)) ? [] : [`${at}${name}: ${one}`]),
    ]);
  });
  return [...missing, ...wrong];
}

function judgeValue(type: string, value: unknown, at: string): readonly string[] {
  const attributes = objects[type];
  if (attributes !== undefined) {
    return typeof value === 'object' && value !== null ? objections(attributes, value, `${at}.`) : [`${at}: no object`];
  }
  switch (type) {
    case 'integer_t':
    case 'long_t':
    case 'timestamp_t':
      return Number.isInteger(value) ? [] : [`${at} is no integer`];
    case 'boolean_t':
      return typeof value === 'boolean' ? [] : [`${at} is no boolean`];
    case 'object':
      return typeof value === 'object' ? [] : [`${at} is no object`];
    default:
      return typeof value === 'string' ? [] : [`${at} is no text`];
  }
}

itComplies('ocsf');

describe('an OCSF Detection Finding', () => {
  it('says when it was detected in milliseconds, and keeps what the schema rounds or does not know', () => {
    const { deliveryId } = aRenderInput();
    const severity = { level: 'high', score: 82.5 } as const;
    const event = render(aFinding({ severity }));
    expect(event).toMatchObject({
      time: 1_795_428_000_000,
      metadata: { version: '1.8.0', uid: deliveryId, original_time: '2026-11-23T10:00:00.000Z' },
      finding_info: { uid: 'fnd_01JDPX8Z', title: 'Dormant admin account re-activated' },
      risk_score: 83,
      unmapped: { platform: 'okta', severity },
    });
  });

  it('names the affected identity as the owner of the resource, and all that are affected', () => {
    expect(render().resources).toEqual([
      {
        type: 'identity',
        uid: '00u1x',
        name: 'jane@acme.example',
        owner: { uid: '00u1x', name: 'jane@acme.example' },
      },
      { type: 'asset', uid: 'i-0abc', name: 'build-7' },
    ]);
    const asset = aPlainFinding({ affected: { type: 'asset', id: 'i-0a1', name: '' } });
    expect(render(asset).resources).toEqual([{ type: 'asset', uid: 'i-0a1' }]);
  });

  it('has a remediation only with a description', () => {
    const link = 'https://docs.example/dormant';
    expect(render().remediation).toEqual({ desc: aFinding().remediation.summary, references: [link] });
    expect(render(aFinding({ remediation: { summary: '', url: link } })).remediation).toEqual({
      desc: link,
      references: [link],
    });
    expect(render(aFinding({ remediation: { summary: '' } }))).not.toHaveProperty('remediation');
  });

  it.each([
    ['critical', 5, 4],
    ['high', 4, 3],
    ['medium', 3, 2],
    ['low', 2, 1],
    ['info', 1, 0],
  ] as const)('numbers %s with the captions of the schema: %i, risk %i', (level, severityId, riskLevelId) => {
    const event = render(aFinding({ severity: { level, score: 1 } }));
    expect(event).toMatchObject({ severity_id: severityId, risk_level_id: riskLevelId });
    for (const name of ['severity', 'risk_level', 'status']) {
      expect(event[name]).toBe(classAttributes[`${name}_id`]?.captions[event[`${name}_id`]]);
    }
    for (const name of ['category', 'class']) {
      expect(event[`${name}_name`]).toBe(classAttributes[`${name}_uid`]?.captions[event[`${name}_uid`]]);
    }
    expect(event.activity_name).toBe(classAttributes['activity_id']?.captions[event.activity_id]);
    expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
  });
});

describe('the schema of OCSF 1.8.0', () => {
  it('sees what is wrong', () => {
    const { time: _missing, ...event } = render();
    const broken = { ...event, severity_id: 7, risk_score: 8.5, colour: 'red', resources: {} };
    expect(objections(classAttributes, broken)).toEqual([
      'time is required',
      'severity_id: 7',
      'risk_score is no integer',
      'resources is a list, or should be',
      'colour is no attribute',
    ]);
  });

  it.each([
    ['an identity', aFinding()],
    ['an asset without a name', aFinding({ affected: { type: 'asset', id: 'i-0a1', name: '' } })],
    ['the longest finding', theLongestFinding()],
  ])('has nothing against an event about %s', (_what, finding) => {
    expect(objections(classAttributes, render(finding))).toEqual([]);
  });

  it('has nothing against any event', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        expect(objections(classAttributes, render(finding))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a collector's response", () => {
  it.each([
    [[200], 'success'],
    [[202], 'success'],
    [[400], 'failure'],
    [[429, '', { 'retry-after': '20' }], 'failure, wait 20000'],
    [[503], 'failure'],
  ] as const)('%j is a %s', (response, judged) => {
    expect(judge(format, response)).toBe(judged);
  });
});

describe('the life of a finding in OCSF', () => {
  it.each(FINDING_EVENTS)('is valid as %s', (event) => {
    const rendered = render(aFinding(), { event, revision: Number.MAX_SAFE_INTEGER });
    expect(objections(classAttributes, rendered)).toEqual([]);
    expect([rendered.activity_name, rendered.status]).toEqual(
      event === 'resolved' ? ['Close', 'Resolved'] : [event === 'detected' ? 'Create' : 'Update', 'New'],
    );
  });
});
