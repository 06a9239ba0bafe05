/** A tenant's day of findings that could not be read, as the config table has it. */
import * as z from 'zod';

const itemSchema = z.object({ findings: z.int().positive(), latestAt: z.number().positive() });

export type UnreadDay = z.output<typeof itemSchema>;

/** Undefined for what a later version has written otherwise: it is only a notice. */
export function parseUnreadDay(item: unknown): UnreadDay | undefined {
  return itemSchema.safeParse(item).data;
}
