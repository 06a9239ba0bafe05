/** What was published on the local bus, kept in memory for the newest events, and replays of it to one queue. */
import type { Input } from './engine.ts';
import { AwsError, type Operation, textOf } from './engine.ts';

export interface EventArchiveOptions {
  readonly account: string;
  readonly region: string;
  readonly busName: string;
  /** The name of the archive and of the one rule that a replay can reach. */
  readonly archiveName: string;
  readonly ruleName: string;
  /** Takes a replayed event as JSON. */
  readonly target: (event: string) => Promise<void>;
}

export interface EventArchive {
  /** `event` as the rules get it; `atMillis` by its own time. */
  keep(event: string, atMillis: number): void;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** A local system publishes thousands at most; AWS's archive has no bound but its days. */
const MAX_EVENTS = 10_000;

type State = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export function createEventArchive(options: EventArchiveOptions): EventArchive {
  const { account, region, busName, archiveName, ruleName, target } = options;
  const arn = (resource: string) => `arn:aws:events:${region}:${account}:${resource}`;
  const archiveArn = arn(`archive/${archiveName}`);
  const busArn = arn(`event-bus/${busName}`);
  const ruleArn = arn(`rule/${busName}/${ruleName}`);
  const kept: { readonly event: string; readonly atMillis: number }[] = [];
  const replays = new Map<string, State>();

  return {
    keep(event, atMillis) {
      kept.push({ event, atMillis });
      kept.splice(0, kept.length - MAX_EVENTS);
    },

    operations: {
      DescribeArchive: (input) => {
        expectNamed(input, 'ArchiveName', archiveName);
        return { ArchiveName: archiveName, ArchiveArn: archiveArn, EventSourceArn: busArn, EventCount: kept.length };
      },
      DescribeRule: (input) => {
        expectNamed(input, 'Name', ruleName);
        return { Name: ruleName, Arn: ruleArn, EventBusName: busName };
      },
      ListReplays: (input) => ({
        Replays: [...replays]
          .filter(([, state]) => state === textOf(input, 'State'))
          .map(([ReplayName, State]) => ({ ReplayName, State, EventSourceArn: archiveArn })),
      }),
      StartReplay: (input) => {
        expectNamed(input, 'EventSourceArn', archiveArn);
        const name = textOf(input, 'ReplayName') ?? '';
        if (replays.has(name)) {
          throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
        }
        void run(name, chosenBy(input));
        return { ReplayArn: arn(`replay/${name}`), State: 'STARTING' };
      },
      DescribeReplay: (input) => {
        const name = textOf(input, 'ReplayName') ?? '';
        return { ReplayName: name, State: replays.get(name) ?? unknown(name) };
      },
      CancelReplay: (input) => {
        const name = textOf(input, 'ReplayName') ?? '';
        replays.set(name, 'CANCELLED');
        return { ReplayArn: arn(`replay/${name}`), State: 'CANCELLING' };
      },
    },
  };

  /** Only what goes to the rule of replays is replayed: the stack names no other. */
  function chosenBy(input: Input): readonly string[] {
    const { Arn: bus, FilterArns: rules } = input['Destination'] as { Arn?: unknown; FilterArns?: unknown };
    if (bus !== busArn || !Array.isArray(rules) || rules.join() !== ruleArn) {
      throw new AwsError('ValidationException', `A local replay goes to ${busArn}, and there to ${ruleArn} alone.`);
    }
    const from = Number(input['EventStartTime']) * 1000;
    const to = Number(input['EventEndTime']) * 1000;
    return kept.filter(({ atMillis }) => atMillis >= from && atMillis <= to).map(({ event }) => event);
  }

  async function run(name: string, events: readonly string[]): Promise<void> {
    replays.set(name, 'RUNNING');
    try {
      for (const event of events) {
        if (replays.get(name) !== 'RUNNING') {
          return;
        }
        await target(`{"replay-name":${JSON.stringify(name)},${event.slice(1)}`);
      }
      replays.set(name, 'COMPLETED');
    } catch {
      replays.set(name, 'FAILED');
    }
  }
}

function expectNamed(input: Input, parameter: string, name: string): void {
  if (textOf(input, parameter) !== name) {
    unknown(textOf(input, parameter) ?? '');
  }
}

function unknown(name: string): never {
  throw new AwsError('ResourceNotFoundException', `${name} does not exist.`);
}
