/** What a receiver of our own reads of a delivery in the format `json`: when its finding was detected. */
import * as z from 'zod';
import { parseJson } from '../runtime/parse-json.schema.ts';

const bodySchema = z.object({ data: z.object({ detectedAt: z.iso.datetime() }) });

/** Epoch milliseconds; undefined if the body is no delivery of the format `json`. */
export function detectedAtOf(body: string): number | undefined {
  const json = parseJson(body);
  const parsed = bodySchema.safeParse(json.kind === 'parsed' ? json.value : undefined);
  return parsed.success ? Date.parse(parsed.data.data.detectedAt) : undefined;
}
