/** The ids that a receiver has, from its file: an id a line, bare or in quotes, or a JSON object a line that names one. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseDeliveryId } from '../../shared/runtime/ids.ts';

/** Where a line of JSON may have it: as a header, as a record of requests has it, or as the list of events does. */
const FIELDS = ['webhook-id', 'webhookId', 'id'] as const;

export async function readIds(file: string, input: Readable = openFile(file)): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const text = line.trim();
    if (text !== '') {
      ids.add(idOf(text) ?? refuse(file, number));
    }
  }
  return ids;
}

export function openFile(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file);
}

/** Undefined if the line names none. */
export function idOf(line: string): string | undefined {
  return line.startsWith('{') ? idOfRecord(line) : parseWebhookMessageId(line.replace(/^"(.*)"$/, '$1'));
}

function idOfRecord(line: string): string | undefined {
  const parsed = parseObject(line);
  const places = [parsed, asObject(parsed['headers'])].flatMap((record) =>
    FIELDS.map((field) => record[field.toLowerCase()]),
  );
  return places.map((value) => parseWebhookMessageId(String(value))).find((id) => id !== undefined);
}

/** A challenge has a webhook-id, too, and receivers keep it with the others. */
const CHALLENGE_ID = /^msg_challenge_[0-9a-f]{1,60}$/;

function parseWebhookMessageId(text: string): string | undefined {
  return CHALLENGE_ID.test(text) ? text : parseDeliveryId(text);
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return {};
  }
}

/** With its names in lower case: servers write the names of headers in either. */
function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, held]) => [name.toLowerCase(), held]))
    : {};
}

function refuse(file: string, number: number): never {
  throw new Error(
    `${file}, line ${number}: neither a webhook-id (dlv_…) nor a JSON object with one as ${FIELDS.join(', ')}.`,
  );
}
