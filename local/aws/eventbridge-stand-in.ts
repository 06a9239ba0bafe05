/**
 * One event bus with the stack's rules: findings go to the findings queue in EventBridge's envelope, stray events and our own
 * wrapped in an object, as an own bus in AWS has it.
 */
import { randomUUID } from 'node:crypto';
import { ANNOUNCEMENT_PATTERN } from '../../shared/topology/announcements-source.ts';
import {
  ANNOUNCED_MEMBER,
  EXPECTED_SOURCES,
  FINDING_PATTERN,
  LIFECYCLE_MEMBER,
  LIFECYCLE_PATTERN,
  STRAY_MEMBER,
} from '../../shared/topology/findings-source.ts';
import { AwsError, type Engine, type Input, jsonEngine, textOf } from './engine.ts';
import type { EventArchive } from './event-archive.ts';

export interface EventBridgeOptions {
  readonly account: string;
  readonly region: string;
  readonly busName: string;
  /** Takes the event as JSON; rejects if it cannot. */
  readonly target: (event: string) => Promise<void>;
  /** Takes our own events a second time, where a stage sends mail. */
  readonly mails: (event: string) => Promise<void>;
  /** Keeps findings, and replays them. */
  readonly archive: EventArchive;
}

/** EventBridge quotas: entries of one PutEvents call, and their size together. */
const MAX_ENTRIES = 10;
const MAX_TOTAL_BYTES = 1024 * 1024;
const MAX_DETAIL_BYTES = MAX_TOTAL_BYTES - 512;

/** What an event's time counts for in its size, whatever it says (EventBridge guide, PutEvents entry size). */
const TIME_BYTES = 14;

type ResultEntry = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

export function createEventBridgeStandIn(options: EventBridgeOptions): Engine {
  const { account, region, busName, target, mails, archive } = options;
  const busArn = `arn:aws:events:${region}:${account}:event-bus/${busName}`;

  return jsonEngine({
    ...archive.operations,
    async PutEvents(input) {
      const entries = entriesOf(input);
      const Entries = await Promise.all(entries.map(putOne));
      return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
    },
  });

  async function putOne(entry: Input): Promise<ResultEntry> {
    const refusal = refusalOf(entry);
    if (refusal !== undefined) {
      return refusal;
    }
    const id = randomUUID();
    const event = envelope(id, entry);
    if (matches(entry, FINDING_PATTERN)) {
      archive.keep(event, timeOf(entry).getTime());
    }
    const targeted = targetInput(entry, event);
    if (targeted === undefined) {
      return { EventId: id };
    }
    try {
      await target(targeted);
      if (isAnnouncement(entry)) {
        await mails(targeted);
      }
      return { EventId: id };
    } catch (error) {
      return refuse('InternalFailure', `A queue did not take the event: ${error}`);
    }
  }

  function refusalOf(entry: Input): ResultEntry | undefined {
    for (const name of ['Source', 'DetailType', 'Detail']) {
      if (textOf(entry, name) === undefined) {
        return refuse('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
      }
    }
    // With the event around it such a detail fits no SQS message; AWS would lose it later, and without a word.
    if (Buffer.byteLength(textOf(entry, 'Detail') ?? '') > MAX_DETAIL_BYTES) {
      return refuse('InvalidArgument', `Detail is longer than ${MAX_DETAIL_BYTES} bytes.`);
    }
    if (!isJsonObject(textOf(entry, 'Detail') ?? '')) {
      return refuse('MalformedDetail', 'Detail is malformed.');
    }
    // AWS takes events for a bus that does not exist and drops them; here nothing would say why no event arrives.
    const bus = textOf(entry, 'EventBusName') ?? 'default';
    return bus === busName || bus === busArn
      ? undefined
      : refuse('ResourceNotFoundException', `Event bus ${bus} does not exist; the local one is ${busName}.`);
  }

  /** The detail is passed on as it was written: numbers too long for JavaScript stay what they are. */
  function envelope(id: string, entry: Input): string {
    const outer = {
      version: '0',
      id,
      'detail-type': textOf(entry, 'DetailType'),
      source: textOf(entry, 'Source'),
      account,
      time: timeOf(entry)
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      region,
      resources: entry['Resources'] ?? [],
    };
    return `${JSON.stringify(outer).slice(0, -1)},"detail":${textOf(entry, 'Detail')}}`;
  }
}

function entriesOf(input: Input): readonly Input[] {
  const entries: readonly Input[] = Array.isArray(input['Entries']) ? input['Entries'] : [];
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new AwsError('ValidationException', `PutEvents takes 1 to ${MAX_ENTRIES} entries, not ${entries.length}.`);
  }
  const totalBytes = entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0);
  if (totalBytes > MAX_TOTAL_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries;
}

function sizeOf(entry: Input): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail'], entry['Resources'] ?? []].flat();
  const bytes = texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text ?? '')), 0);
  return bytes + (entry['Time'] === undefined ? 0 : TIME_BYTES);
}

type Pattern = typeof FINDING_PATTERN | typeof LIFECYCLE_PATTERN;

function matches(entry: Input, { source, detailType }: Pattern): boolean {
  const types: readonly string[] = detailType;
  return source.includes(textOf(entry, 'Source') ?? '') && types.includes(textOf(entry, 'DetailType') ?? '');
}

/** As the rule that matches hands it on; undefined if none does. */
function targetInput(entry: Input, event: string): string | undefined {
  if (matches(entry, FINDING_PATTERN)) {
    return event;
  }
  if (matches(entry, LIFECYCLE_PATTERN)) {
    return `{"${LIFECYCLE_MEMBER}":${event}}`;
  }
  const source = textOf(entry, 'Source') ?? '';
  if (isAnnouncement(entry)) {
    return `{"${ANNOUNCED_MEMBER}":${event}}`;
  }
  return FINDING_PATTERN.source.includes(source) || !EXPECTED_SOURCES.includes(source)
    ? `{"${STRAY_MEMBER}":${event}}`
    : undefined;
}

function isAnnouncement(entry: Input): boolean {
  return ANNOUNCEMENT_PATTERN.source.includes(textOf(entry, 'Source') ?? '');
}

/** On the wire a time is epoch seconds. */
function timeOf(entry: Input): Date {
  const seconds = entry['Time'];
  return typeof seconds === 'number' ? new Date(seconds * 1000) : new Date();
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function refuse(ErrorCode: string, ErrorMessage: string): ResultEntry {
  return { ErrorCode, ErrorMessage };
}
