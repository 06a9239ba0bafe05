/**
 * The manifests that a receiver was sent, from the file in which it keeps what it gets: a body a line, or a JSON object a line that
 * has the body as `body`. Other bodies are read over. That they are genuine the receiver knows: it has verified their signatures.
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { deliveredManifestSchema } from '../../shared/api/outgoing-webhook.schema.ts';
import { manifestOf } from '../../shared/delivery/manifest.ts';
import { MANIFEST_EVENT } from '../../shared/finding/manifest-content.ts';
import { parseDeliveryId } from '../../shared/runtime/ids.ts';
import { parseJson, rejection } from '../../shared/runtime/parse-json.schema.ts';
import { openFile } from './read-ids.ts';

export type DeliveredManifest = z.output<typeof deliveredManifestSchema>;

/** In the envelope of the format `json`, or of a CloudEvent. */
const bodySchema = z.object({ type: z.enum([MANIFEST_EVENT, `thalian.${MANIFEST_EVENT}`]), data: z.unknown() });

const recordSchema = z.object({ body: z.unknown() });

export async function readManifests(
  file: string,
  input: Readable = openFile(file),
): Promise<readonly DeliveredManifest[]> {
  const manifests: DeliveredManifest[] = [];
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const place = `${file}, line ${number}`;
    const body = bodySchema.safeParse(line.trim() === '' ? undefined : bodyOf(place, line));
    if (body.success) {
      manifests.push(checked(place, body.data.data));
    }
  }
  return manifests;
}

function bodyOf(place: string, line: string): unknown {
  const json = parseJson(line);
  if (json.kind === 'rejected') {
    throw new Error(`${place}: neither a body nor a JSON object with one as body.`);
  }
  const record = recordSchema.safeParse(json.value);
  const body = record.success ? record.data.body : json.value;
  const inner = typeof body === 'string' ? parseJson(body) : undefined;
  return inner?.kind === 'parsed' ? inner.value : body;
}

/** A manifest that was cut or put together by hand proves nothing. */
function checked(place: string, data: unknown): DeliveredManifest {
  const parsed = deliveredManifestSchema.safeParse(data);
  if (!parsed.success) {
    throw new Error(`${place}: a manifest that cannot be read: ${rejection(parsed.error).reason}`);
  }
  const { ids, count, sha256 } = parsed.data;
  if (ids !== undefined) {
    const named = manifestOf(
      ids.flatMap((id) => parseDeliveryId(id) ?? []),
      0,
      0,
    );
    if (named.count !== count || named.sha256 !== sha256) {
      throw new Error(`${place}: a manifest whose ids are not those of its count and sha256.`);
    }
  }
  return parsed.data;
}
