/** The ids that a receiver has, from its file: an id a line, or a JSON object a line that names one. */
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

function openFile(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file);
}

/** Undefined if the line names none. */
export function idOf(line: string): string | undefined {
  return line.startsWith('{') ? idOfRecord(line) : parseDeliveryId(line);
}

function idOfRecord(line: string): string | undefined {
  const parsed = parseObject(line);
  const places = [parsed, asObject(parsed['headers'])].flatMap((record) => FIELDS.map((field) => record[field]));
  return places.map((value) => parseDeliveryId(String(value))).find((id) => id !== undefined);
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function refuse(file: string, number: number): never {
  throw new Error(
    `${file}, line ${number}: neither a webhook-id (dlv_…) nor a JSON object with one as ${FIELDS.join(', ')}.`,
  );
}
