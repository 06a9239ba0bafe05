/** `npm run ops -- findings`: what was set aside instead of delivered, by reason. Nothing is moved or deleted. */
import { SQSClient } from '@aws-sdk/client-sqs';
import { oneLine } from '../../shared/finding/finding-words.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import { queueUrlOf, type StageResources } from '../stage-resources.ts';
import { walkQueue } from '../walk-queue.ts';
import { runCommand } from './command.ts';
import type { OpsSession } from './session.ts';
import { type Prospect, readSetAside, type SetAsideFinding } from './set-aside-finding.ts';

const USAGE = `npm run ops -- findings [--json] [--stage S]

Lists by reason what lies in the findings DLQ and among the set-aside events, and what redrive-findings would do with it.
While it reads, the messages are hidden; it puts all of them back.

  --json     as JSON`;

export const SET_ASIDE_QUEUES = ['findings-dlq', 'set-aside-events'] as const satisfies readonly QueueName[];

/** Of a reason that concerns many. */
const TENANTS_SHOWN = 5;

const PROSPECTS: Readonly<Record<Prospect, string>> = {
  readable: 'can be redriven',
  misnamed: 'can be redriven with --as-findings',
  foreign: 'of another source: stays',
  unreadable: 'would come back: stays',
};

interface Group {
  readonly queue: string;
  readonly reason: string;
  readonly prospect: Prospect;
  readonly count: number;
  readonly tenants: readonly string[];
  /** ISO 8601. */
  readonly oldest: string;
  readonly newest: string;
}

export function listSetAside(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { json: { type: 'boolean', default: false } } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    await list(await connect(), values.json, session);
  });
}

async function list(
  { stageName, clientSettings }: StageResources,
  isJson: boolean,
  session: OpsSession,
): Promise<void> {
  const sqs = new SQSClient(clientSettings);
  const signal = session.interruption();
  const groups: Group[] = [];
  for (const queue of SET_ASIDE_QUEUES) {
    const found: SetAsideFinding[] = [];
    const visit = async (messages: Parameters<Parameters<typeof walkQueue>[0]['visit']>[0]) => {
      found.push(...messages.map((message) => readSetAside(message, Date.now())));
      return [];
    };
    await walkQueue({ sqs, queueUrl: await queueUrlOf(sqs, stageName, queue), signal, visit });
    groups.push(...groupsOf(queue, found));
  }
  session.say(isJson ? JSON.stringify(groups, undefined, 2) : describe(stageName, groups));
}

/** The most frequent reason first. */
function groupsOf(queue: string, found: readonly SetAsideFinding[]): readonly Group[] {
  const groups = Map.groupBy(found, ({ reason, prospect }) => `${prospect} ${reason}`);
  return [...groups.values()]
    .map((members) => ({ queue, ...toGroup(members) }))
    .sort((one, other) => other.count - one.count);
}

function toGroup(members: readonly SetAsideFinding[]): Omit<Group, 'queue'> {
  const [{ reason, prospect } = { reason: '', prospect: 'unreadable' as const }] = members;
  const times = members.map(({ sentAt }) => sentAt);
  return {
    reason,
    prospect,
    count: members.length,
    tenants: [
      ...new Set(members.flatMap(({ tenantId }) => (tenantId === undefined ? [] : [oneLine(tenantId)]))),
    ].sort(),
    oldest: new Date(times.reduce((one, other) => Math.min(one, other))).toISOString(),
    newest: new Date(times.reduce((one, other) => Math.max(one, other))).toISOString(),
  };
}

function describe(stageName: string, groups: readonly Group[]): string {
  if (groups.length === 0) {
    return `${stageName}: nothing was set aside.`;
  }
  const lines = groups.flatMap(({ queue, reason, prospect, count, tenants, oldest, newest }) => {
    const more = tenants.length > TENANTS_SHOWN ? ` and ${tenants.length - TENANTS_SHOWN} more` : '';
    return [
      `  ${String(count).padStart(6)}  ${queue}  ${reason}`,
      `          ${PROSPECTS[prospect]}; ${oldest} to ${newest}`,
      `          tenants: ${tenants.slice(0, TENANTS_SHOWN).join(', ') || 'not readable'}${more}`,
    ];
  });
  return [`${stageName}: set aside, by reason`, ...lines].join('\n');
}
