import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { listSetAside } from '../../scripts/ops/findings.ts';
import { redriveFindings } from '../../scripts/ops/redrive-findings.ts';
import { createSqsDeadLetters } from '../../shared/delivery/dead-letters.sqs.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import { aFinding, aFindingEvent } from '../builders/finding.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { useEngines } from '../fakes/local-engines.ts';

const engines = useEngines();

let said: string[];
let session: OpsSessionRecord;
let interrupted: AbortController;

beforeEach(async () => {
  const { sqs, queues } = engines();
  session = anOpsSession(engines());
  ({ said, interrupted } = session);
  for (const name of ['findings', 'findings-dlq', 'set-aside-events'] as const) {
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queues[name] }));
  }
});

const anEvent = (tenantId: string, id: string) => aFindingEvent({ tenantId, finding: aFinding({ id }) });
const renamed = (event: string, names: object) => JSON.stringify({ ...JSON.parse(event), ...names });
const wrapped = (event: string) => `{"stray":${event}}`;
const UNREADABLE = aFindingEvent({ tenantId: 'acme', finding: { id: 'fnd_bad' } });

function putAside(name: QueueName, body: string, reason: string): Promise<void> {
  const { sqs, queues } = engines();
  return createSqsDeadLetters(sqs, queues[name]).put(body, reason);
}

/** As a redrive policy moves it, or, with the error, as EventBridge puts it there. */
async function putWithoutReason(name: QueueName, body: string, errorCode?: string): Promise<void> {
  const { sqs, queues } = engines();
  const attribute = { DataType: 'String', StringValue: errorCode };
  const MessageAttributes = errorCode === undefined ? {} : { ERROR_CODE: attribute };
  await sqs.send(new SendMessageCommand({ QueueUrl: queues[name], MessageBody: body, MessageAttributes }));
}

/** Visible, and hidden: a command that ends leaves none hidden. */
async function depthOf(name: QueueName): Promise<readonly number[]> {
  const { sqs, queues } = engines();
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queues[name], AttributeNames: [...names] }),
  );
  return names.map((attribute) => Number(Attributes?.[attribute]));
}

async function bodiesQueued(): Promise<readonly object[]> {
  const { sqs, queues } = engines();
  const command = new ReceiveMessageCommand({ QueueUrl: queues.findings, MaxNumberOfMessages: 10 });
  const { Messages = [] } = await sqs.send(command);
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

async function findingsQueued(): Promise<readonly string[]> {
  const events = (await bodiesQueued()).map((body) => parseFindingEvent(JSON.stringify(body), Date.now()));
  return events.map((event) => (event.kind === 'parsed' ? event.finding.id : event.reason)).sort();
}

async function setEverythingAside(): Promise<void> {
  await putAside('findings-dlq', UNREADABLE, 'detail.finding.title: missing');
  await putAside('findings-dlq', anEvent('acme', 'fnd_1'), 'dispatch broke on it 20 times: TypeError');
  await putAside('findings-dlq', anEvent('globex', 'fnd_2'), 'dispatch broke on it 20 times: TypeError');
  await putWithoutReason('findings-dlq', anEvent('acme', 'fnd_3'));
  await putWithoutReason('findings-dlq', anEvent('acme', 'fnd_4'), 'NO_PERMISSIONS');
  await putAside('findings-dlq', 'no JSON', 'the body is not JSON');
  const misnamed = wrapped(renamed(anEvent('acme', 'fnd_5'), { 'detail-type': 'finding detected' }));
  await putAside('set-aside-events', misnamed, 'detail-type: "finding detected" is not Finding Detected');
  await putAside('set-aside-events', wrapped(renamed(anEvent('acme', 'fnd_6'), { source: 'evil' })), 'source: "evil"');
}

describe('findings', () => {
  it('lists what was set aside by reason, with its tenants and what can become of it, and leaves it there', async () => {
    await setEverythingAside();
    await listSetAside(['--json'], session);
    const groups: Record<string, unknown>[] = JSON.parse(said.join(''));
    expect(
      groups.map(({ queue, reason, prospect, count, tenants }) => [queue, reason, prospect, count, tenants]),
    ).toEqual([
      ['findings-dlq', 'dispatch broke on it 20 times: TypeError', 'readable', 2, ['acme', 'globex']],
      ['findings-dlq', expect.any(String), expect.any(String), 1, expect.any(Array)],
      ['findings-dlq', expect.any(String), expect.any(String), 1, expect.any(Array)],
      ['findings-dlq', expect.any(String), expect.any(String), 1, expect.any(Array)],
      ['findings-dlq', expect.any(String), expect.any(String), 1, expect.any(Array)],
      ['set-aside-events', expect.any(String), expect.any(String), 1, ['acme']],
      ['set-aside-events', expect.any(String), expect.any(String), 1, ['acme']],
    ]);
    const prospects = Object.fromEntries(groups.map(({ reason, prospect }) => [reason, prospect]));
    expect(prospects).toEqual({
      'dispatch broke on it 20 times: TypeError': 'readable',
      'detail.finding.title: missing': 'unreadable',
      'no reason: it came back until its receives were used up': 'readable',
      'EventBridge could not deliver it: NO_PERMISSIONS': 'readable',
      'the body is not JSON': 'unreadable',
      'detail-type: "finding detected" is not Finding Detected': 'misnamed',
      'source: "evil"': 'foreign',
    });
    expect([await depthOf('findings-dlq'), await depthOf('set-aside-events')]).toEqual([
      [6, 0],
      [2, 0],
    ]);
  });

  it('says so in words, also that there is nothing', async () => {
    await listSetAside([], session);
    expect(said).toEqual(['local: nothing was set aside.']);
    await putAside('findings-dlq', UNREADABLE, 'detail.finding.title: \u202emissing');
    await listSetAside([], session);
    expect(said.at(-1)).toMatch(
      / 1 {2}findings-dlq {2}detail\.finding\.title: missing\n.*would come back: stays; .*\n.*acme/,
    );
  });
});

describe('redrive-findings', () => {
  it('only counts, until it is to be applied', async () => {
    await setEverythingAside();
    await redriveFindings([], session);
    expect(said).toEqual([
      'local: 4 would be moved; add --apply to do it, 4 left: cannot be read, or no finding by name or source',
    ]);
    expect(await findingsQueued()).toEqual([]);
    expect([await depthOf('findings-dlq'), await depthOf('set-aside-events')]).toEqual([
      [6, 0],
      [2, 0],
    ]);
  });

  it('moves what can be read now and leaves what would come back', async () => {
    await setEverythingAside();
    await redriveFindings(['--apply'], session);
    expect(said.at(-1)).toContain('4 moved to the findings queue');
    expect(await findingsQueued()).toEqual(['fnd_1', 'fnd_2', 'fnd_3', 'fnd_4']);
    expect([await depthOf('findings-dlq'), await depthOf('set-aside-events')]).toEqual([
      [2, 0],
      [2, 0],
    ]);
  });

  it('moves only those of a reason, of a tenant, and so many', async () => {
    await setEverythingAside();
    await redriveFindings(['--reason', 'broke', '--tenant', 'globex', '--apply'], session);
    expect(await findingsQueued()).toEqual(['fnd_2']);
    await redriveFindings(['--tenant', 'acme', '--max', '2', '--apply'], session);
    expect(said.at(-1)).toContain('2 moved to the findings queue');
    expect(await findingsQueued()).toHaveLength(2);
  });

  it('gives a misnamed event its name if the operator says so, and never moves what is of another source', async () => {
    await setEverythingAside();
    await redriveFindings(['--as-findings', '--reason', 'detail-type', '--apply'], session);
    await redriveFindings(['--as-findings', '--reason', 'source', '--apply'], session);
    expect(await findingsQueued()).toEqual(['fnd_5']);
    expect(await depthOf('set-aside-events')).toEqual([1, 0]);
  });

  it('redrives a resolution as what it is, and wrapped, so that no older dispatch takes it for a detection', async () => {
    const resolved = wrapped(renamed(anEvent('acme', 'fnd_7'), { 'detail-type': 'Finding Resolved' }));
    await putAside('set-aside-events', resolved, 'detail-type: "Finding Resolved" is reserved');
    await redriveFindings(['--apply'], session);
    expect(await bodiesQueued()).toMatchObject([{ lifecycle: { 'detail-type': 'Finding Resolved' } }]);
  });

  it('ends in order when it is interrupted', async () => {
    await setEverythingAside();
    interrupted.abort();
    await redriveFindings(['--apply'], session);
    expect(said).toEqual(['local: 0 moved to the findings queue, stopped before the end of the queues']);
    expect(await depthOf('findings-dlq')).toEqual([6, 0]);
  });

  it.each([
    [['--max', 'all'], '--max takes a whole number'],
    [['--reason', ' '], '--reason takes at least one character'],
    [['--tenant', 'a b'], "--tenant takes a tenant's id"],
  ])('says what is wrong with %j', async (args, words) => {
    await expect(redriveFindings(args, session)).rejects.toThrow(words);
  });
});
