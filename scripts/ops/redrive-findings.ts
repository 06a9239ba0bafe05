/** `npm run ops -- redrive-findings`: hands back to dispatch what was set aside and can be read now. */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { optional, readCount, readTenantId, readText } from '../../local/command-line.ts';
import { splitIntoCalls } from '../../shared/delivery/split-into-calls.ts';
import { queueUrlOf, type StageResources } from '../stage-resources.ts';
import { type WalkedMessage, walkQueue } from '../walk-queue.ts';
import { APPLY, runCommand } from './command.ts';
import { SET_ASIDE_QUEUES } from './findings.ts';
import type { OpsSession } from './session.ts';
import { readSetAside, type SetAsideFinding } from './set-aside-finding.ts';

const USAGE = `npm run ops -- redrive-findings [--reason TEXT] [--tenant T] [--as-findings] [--max N] [--apply] [--stage S]

Moves to the findings queue what was set aside and the service can read by now. What it cannot read, which would come
straight back, stays where it is; so does every event of another source. A finding that comes twice is delivered once.

  --reason TEXT  only what was set aside for a reason that has this text in it: see npm run ops -- findings
  --tenant T     only findings of this tenant
  --as-findings  also events of the findings' source under another detail-type, as if they had been named right
  --max N        at most so many
  --apply        move them; without, they are only counted
  --stage S      a stage in AWS; default: the running local system`;

interface Wanted {
  readonly reason: string | undefined;
  readonly tenantId: string | undefined;
  readonly isRenaming: boolean;
  readonly max: number;
  readonly isApplied: boolean;
}

export function redriveFindings(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    reason: { type: 'string' },
    tenant: { type: 'string' },
    'as-findings': { type: 'boolean', default: false },
    max: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const wanted: Wanted = {
      reason: optional(readText, 'reason', values.reason),
      tenantId: optional(readTenantId, 'tenant', values.tenant),
      isRenaming: values['as-findings'],
      max: optional(readCount, 'max', values.max) ?? Number.POSITIVE_INFINITY,
      isApplied: values.apply,
    };
    await move(await connect(), wanted, session);
  });
}

async function move({ stageName, clientSettings }: StageResources, wanted: Wanted, session: OpsSession): Promise<void> {
  const sqs = new SQSClient(clientSettings);
  const signal = session.interruption();
  const mover = createMover(sqs, await queueUrlOf(sqs, stageName, 'findings'), wanted);
  let isWhole = true;
  for (const queue of SET_ASIDE_QUEUES) {
    const queueUrl = await queueUrlOf(sqs, stageName, queue);
    isWhole = (await walkQueue({ sqs, queueUrl, signal, ...mover })) && isWhole;
  }
  session.say(`${stageName}: ${describe(mover.count(), wanted, isWhole)}`);
}

interface Movable {
  readonly message: WalkedMessage;
  readonly event: string;
}

function createMover(sqs: SQSClient, findingsUrl: string, wanted: Wanted) {
  const counted = { moved: 0, left: 0, unreadable: 0 };
  const startedAt = Date.now();

  return {
    count: () => counted,
    isEnough: () => counted.moved >= wanted.max,

    async visit(messages: readonly WalkedMessage[]): Promise<readonly WalkedMessage[]> {
      const movable: Movable[] = [];
      for (const message of messages) {
        const found = readSetAside(message, startedAt);
        if (!isMeant(found, wanted) || counted.moved + movable.length >= wanted.max) {
          counted.left += 1;
        } else if (found.prospect === 'readable' || (found.prospect === 'misnamed' && wanted.isRenaming)) {
          movable.push({ message, event: found.event });
        } else {
          counted.unreadable += 1;
        }
      }
      const moved = wanted.isApplied ? await send(movable) : movable;
      counted.moved += moved.length;
      counted.left += movable.length - moved.length;
      return wanted.isApplied ? moved.map(({ message }) => message) : [];
    },
  };

  /** Answers what the queue took. */
  async function send(movable: readonly Movable[]): Promise<readonly Movable[]> {
    const sent: Movable[] = [];
    for (const batch of splitIntoCalls(movable, ({ event }) => event)) {
      const Entries = batch.map(({ event }, index) => ({ Id: String(index), MessageBody: event }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: findingsUrl, Entries }));
      const failed = new Set(Failed.map(({ Id }) => Id));
      sent.push(...batch.filter((_movable, index) => !failed.has(String(index))));
    }
    return sent;
  }
}

function isMeant(found: SetAsideFinding, { reason, tenantId }: Wanted): boolean {
  return (
    (reason === undefined || found.reason.includes(reason)) && (tenantId === undefined || found.tenantId === tenantId)
  );
}

function describe(
  { moved, left, unreadable }: Readonly<Record<'moved' | 'left' | 'unreadable', number>>,
  { isApplied, isRenaming }: Wanted,
  isWhole: boolean,
): string {
  const stays = isRenaming ? 'cannot be read, or of another source' : 'cannot be read, or no finding by name or source';
  return [
    isApplied ? `${moved} moved to the findings queue` : `${moved} would be moved; add --apply to do it`,
    ...(left > 0 ? [`${left} left: not asked for, or not taken`] : []),
    ...(unreadable > 0 ? [`${unreadable} left: ${stays}`] : []),
    ...(isWhole ? [] : ['stopped before the end of the queues']),
  ].join(', ');
}
