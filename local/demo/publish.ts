/** Puts findings on the bus as Thalian does, in as few calls as EventBridge allows, and notes when each one went. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE } from '../../shared/topology/findings-source.ts';
import type { FindingLine } from './findings-file.ts';

export interface PublishedLine extends FindingLine {
  /** Epoch milliseconds, just before the call. */
  readonly putAt: number;
  /** Why EventBridge did not take it. */
  readonly refusedBecause?: string;
}

/** EventBridge quotas, of one call; the source, type and bus name of an entry count too, so a little is left for them. */
const MAX_ENTRIES = 10;
const MAX_DETAIL_BYTES = 1024 * 1024 - MAX_ENTRIES * 256;

export async function publishLines(
  client: EventBridgeClient,
  busName: string,
  lines: readonly FindingLine[],
  onProgress: (published: number) => void = () => {},
): Promise<readonly PublishedLine[]> {
  const published: PublishedLine[] = [];
  for (const group of groupLines(lines)) {
    published.push(...(await putTogether(client, busName, group)));
    onProgress(published.length);
  }
  return published;
}

function groupLines(lines: readonly FindingLine[]): readonly (readonly FindingLine[])[] {
  const groups: FindingLine[][] = [];
  let group: FindingLine[] = [];
  let groupBytes = 0;
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line.text);
    if (group.length === MAX_ENTRIES || (group.length > 0 && groupBytes + lineBytes > MAX_DETAIL_BYTES)) {
      groups.push(group);
      group = [];
      groupBytes = 0;
    }
    group.push(line);
    groupBytes += lineBytes;
  }
  return group.length > 0 ? [...groups, group] : groups;
}

async function putTogether(
  client: EventBridgeClient,
  busName: string,
  lines: readonly FindingLine[],
): Promise<readonly PublishedLine[]> {
  const putAt = Date.now();
  const Entries = lines.map(({ text, time }) => ({
    EventBusName: busName,
    Source: FINDING_SOURCE,
    DetailType: FINDING_DETAIL_TYPE,
    Detail: text,
    ...(time !== undefined && { Time: new Date(time) }),
  }));
  try {
    const { Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
    return lines.map((line, index) => {
      const { ErrorCode, ErrorMessage } = results[index] ?? {};
      return { ...line, putAt, ...(ErrorCode !== undefined && { refusedBecause: `${ErrorCode}: ${ErrorMessage}` }) };
    });
  } catch (error) {
    // A line that is larger than a whole call may be: it was alone in its group.
    if (error instanceof Error && error.name === 'ValidationException') {
      return lines.map((line) => ({ ...line, putAt, refusedBecause: `${error.name}: ${error.message}` }));
    }
    throw error;
  }
}
