/**
 * A replay of the stage's archive: EventBridge brings copies of the events to the queue `replayed`, and each is handed on from
 * there once. Nothing else gets them.
 */
import {
  CancelReplayCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListReplaysCommand,
  type ReplayState,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { walkQueue } from '../walk-queue.ts';

export interface Archive {
  readonly archiveArn: string;
  readonly busArn: string;
  readonly ruleArn: string;
}

export interface ArchiveReplay {
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly archive: Archive;
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
  /** Of `replayed`. */
  readonly queueUrl: string;
  /** When it aborts, the replay is cancelled. */
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** After the replay's end its last events may still be on their way to the queue. */
const EMPTY_WALKS_AT_END = 2;

const UNDER_WAY = ['STARTING', 'RUNNING', 'CANCELLING'] as const satisfies readonly ReplayState[];

/** Throws, in words for the operator, if the stage has none. */
export async function findArchive(events: EventBridgeClient, stageName: string): Promise<Archive> {
  const name = physicalName(stageName, 'findings');
  try {
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: name }));
    const ruleName = physicalName(stageName, 'replayed');
    const rule = await events.send(new DescribeRuleCommand({ Name: ruleName, EventBusName: name }));
    return {
      archiveArn: archive.ArchiveArn ?? '',
      busArn: archive.EventSourceArn ?? '',
      ruleArn: rule.Arn ?? '',
    };
  } catch (error) {
    throw error instanceof ResourceNotFoundException
      ? new Error(`Stage ${stageName} has no archive: findings come to it on an imported bus, or it is not deployed.`)
      : error;
  }
}

export async function replayArchive(
  replay: ArchiveReplay,
  take: (bodies: readonly string[]) => Promise<void>,
): Promise<void> {
  const { events, archive, name, from, to, signal, note } = replay;
  await refuseAnother(replay);
  await events.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archive.archiveArn,
      EventStartTime: from,
      EventEndTime: to,
      Destination: { Arn: archive.busArn, FilterArns: [archive.ruleArn] },
    }),
  );
  note(`  ${name} has begun`);
  try {
    await takeToItsEnd(replay, take);
  } catch (error) {
    await cancel(replay);
    throw error;
  }
  if (signal.aborted) {
    await cancel(replay);
    throw new Error(`Interrupted: ${name} is cancelled. Run it again for the rest: what was enqueued has its id.`);
  }
}

/** By state, because EventBridge takes one filter at a time. */
async function refuseAnother({ events, archive }: ArchiveReplay): Promise<void> {
  for (const State of UNDER_WAY) {
    const { Replays = [] } = await events.send(new ListReplaysCommand({ State }));
    const other = Replays.find(({ EventSourceArn: arn }) => arn === archive.archiveArn);
    if (other !== undefined) {
      throw new Error(`Replay ${other.ReplayName} is under way: wait for its end. Only one can use the queue.`);
    }
  }
}

async function takeToItsEnd(replay: ArchiveReplay, take: (bodies: readonly string[]) => Promise<void>): Promise<void> {
  let emptyWalks = 0;
  while (emptyWalks < EMPTY_WALKS_AT_END && !replay.signal.aborted) {
    const state = await stateOf(replay);
    const found = await takeFrom(replay, take);
    emptyWalks = found === 0 && !UNDER_WAY.some((one) => one === state) ? emptyWalks + 1 : 0;
  }
}

/** Its end may come first. */
async function cancel({ events, name }: ArchiveReplay): Promise<void> {
  await events.send(new CancelReplayCommand({ ReplayName: name })).catch(() => undefined);
}

async function stateOf({ events, name }: ArchiveReplay): Promise<ReplayState | undefined> {
  const { State: state, StateReason: reason } = await events.send(new DescribeReplayCommand({ ReplayName: name }));
  if (state === 'FAILED') {
    throw new Error(`EventBridge could not replay: ${reason ?? 'it gives no reason'}. Run it again.`);
  }
  return state;
}

/** Everything in the queue: copies that no one else needs. Answers how many there were. */
async function takeFrom(
  { sqs, queueUrl, signal, name }: ArchiveReplay,
  take: (bodies: readonly string[]) => Promise<void>,
): Promise<number> {
  let found = 0;
  await walkQueue({
    sqs,
    queueUrl,
    signal,
    async visit(messages) {
      // What a cancelled replay left there, or still has on its way, is deleted only.
      await take(messages.map(({ body }) => body).filter((body) => body.includes(name)));
      found += messages.length;
      return messages;
    },
  });
  return found;
}
