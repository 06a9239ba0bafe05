/** A notice's mark as the config table keeps it. */
import * as z from 'zod';
import type { NoticeMark } from './notice.ts';

const markSchema = z.object({
  /** A kind of a later version ends the trouble before it. */
  kind: z.enum(['failing', 'disabled', 'working']).catch('working'),
  at: z.number(),
  eventId: z.string(),
  failingSince: z.number().exactOptional(),
  failingAt: z.number().exactOptional(),
});

export function parseNoticeMark(stored: unknown): NoticeMark | undefined {
  return markSchema.safeParse(stored).data;
}
