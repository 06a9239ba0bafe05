/** The code that receivers copy to keep the newest state of each finding, with the bodies that we send, in every order. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format } from '../../shared/destinations/json/json.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import { FINDING_EVENTS, FIRST_DETECTION, type Lifecycle } from '../../shared/finding/lifecycle.ts';
import { aFinding } from '../builders/finding.ts';
import { aRenderInput } from '../builders/rendered.ts';
import { findPython, isInstalled, pathOf } from './snippet-runners.ts';

/** What a receiver says of a history of bodies: of each, whether it was to be worked on, and of the finding in the end. */
interface Kept {
  readonly taken: readonly boolean[];
  readonly isOpen: boolean;
  readonly body: unknown;
}

const ID = 'fnd_1';
const DETECTED_AT = '2026-11-23T10:00:00Z';

function bodyOf(lifecycle: Lifecycle | undefined, overrides: Partial<Finding> = {}): string {
  const finding = aFinding({ id: ID, detectedAt: DETECTED_AT, ...overrides });
  return format.render(aRenderInput({ finding, ...(lifecycle && { lifecycle }) })).body;
}

/** The four events, and the first of them again. */
const EVENTS = [
  ...FINDING_EVENTS.map((event, index) => bodyOf({ event, revision: index + 1 }, { title: `${event} once` })),
  bodyOf(FIRST_DETECTION, { title: 'detected once' }),
];

const ORDERS = fc.sample(fc.shuffledSubarray(EVENTS, { minLength: EVENTS.length }), 30);

/** A revision is anything up to this, which a number of another kind than an integer would round. */
const GREATEST = Number.MAX_SAFE_INTEGER;

const HISTORIES: readonly (readonly string[])[] = [
  ...ORDERS,
  // Joined late: the detection was on its way when the receiver was connected, or is sent again by hand.
  [bodyOf({ event: 'resolved', revision: 3 }), bodyOf(FIRST_DETECTION)],
  // No publisher's number: the detection that is later by its time, whose zone varies.
  [bodyOf(undefined, { detectedAt: '2026-11-23T10:00:00.250Z' }), bodyOf(undefined)],
  [bodyOf(undefined), bodyOf(undefined, { detectedAt: '2026-11-23T11:30:00+01:00' })],
  [bodyOf({ event: 'updated', revision: GREATEST }), bodyOf({ event: 'resolved', revision: GREATEST - 1 })],
];

/** Another finding of the receiver, whose revision is its own. */
const ANOTHER = bodyOf({ event: 'resolved', revision: 9 }, { id: 'fnd_2' });

async function keptByNode(histories: readonly (readonly string[])[]): Promise<readonly Kept[]> {
  const { openFindings } = await import(pathOf('newest-revision.mjs'));
  return histories.map((bodies) => {
    const findings = openFindings(':memory:');
    findings.take(ANOTHER);
    const taken = bodies.map((body) => findings.take(body));
    const { isOpen, ...body } = findings.find(ID);
    return { taken, isOpen, body };
  });
}

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
from newest_revision import find, open_findings, take
def kept(bodies):
    findings = open_findings(":memory:")
    take(findings, sys.argv[2])
    taken = [take(findings, body) for body in bodies]
    is_open, body = find(findings, sys.argv[3])
    return {"taken": taken, "isOpen": is_open, "body": body}
json.dump([kept(bodies) for bodies in json.load(sys.stdin)], sys.stdout)
`;

async function keptByPython(histories: readonly (readonly string[])[]): Promise<readonly Kept[]> {
  const { status, stdout, stderr } = spawnSync(findPython(), ['-B', '-c', PROGRAM, pathOf('.'), ANOTHER, ID], {
    input: JSON.stringify(histories),
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout);
}

const lacksPython = !isInstalled('python3', '--version');

describe.each([
  ['newest-revision.mjs', false, keptByNode],
  [`newest_revision.py${lacksPython ? ' (skipped: there is no python3 here)' : ''}`, lacksPython, keptByPython],
] as const)('%s', (_name, isSkipped, kept) => {
  it.skipIf(isSkipped)('ends with the newest event, whatever the order, and says which bodies were older', async () => {
    const results = await kept(ORDERS);
    expect(results).toHaveLength(ORDERS.length);
    for (const [index, { taken, isOpen, body }] of results.entries()) {
      const revisions = (ORDERS[index] ?? []).map((sent) => JSON.parse(sent).revision);
      expect({ isOpen, body }).toEqual({ isOpen: true, body: JSON.parse(EVENTS[3] ?? '') });
      expect(taken).toEqual(revisions.map((revision, at) => revision >= Math.max(...revisions.slice(0, at), 0)));
    }
    expect(results.some(({ taken }) => taken.includes(false))).toBe(true);
  });

  it.skipIf(isSkipped)('keeps closed what it first hears of as resolved', async () => {
    const [late] = await kept(HISTORIES.slice(ORDERS.length));
    expect(late).toMatchObject({ taken: [true, false], isOpen: false, body: { type: 'finding.resolved' } });
  });

  it.skipIf(isSkipped)('goes by the time of detection where the publisher numbers nothing', async () => {
    const [, fraction, zone] = await kept(HISTORIES.slice(ORDERS.length));
    expect(fraction).toMatchObject({ taken: [true, false], body: { timestamp: '2026-11-23T10:00:00.250Z' } });
    expect(zone).toMatchObject({ taken: [true, true], body: { timestamp: '2026-11-23T11:30:00+01:00' } });
  });

  it.skipIf(isSkipped)('tells the greatest revisions apart', async () => {
    const [, , , greatest] = await kept(HISTORIES.slice(ORDERS.length));
    expect(greatest).toMatchObject({ taken: [true, false], body: { revision: GREATEST } });
  });
});
