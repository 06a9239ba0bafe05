/** A request that may be made only once, as the config table keeps it. */
import * as z from 'zod';
import { type Rejected, rejection } from '../runtime/parse-json.schema.ts';

const recordSchema = z.object({
  fingerprint: z.string(),
  outcomeId: z.string(),
  isDone: z.boolean(),
  begunAt: z.number(),
});

export type RequestRecordItem = z.output<typeof recordSchema>;

export function parseRequestRecord(
  item: unknown,
): { readonly kind: 'parsed'; readonly record: RequestRecordItem } | Rejected {
  const parsed = recordSchema.safeParse(item);
  return parsed.success ? { kind: 'parsed', record: parsed.data } : rejection(parsed.error);
}
