/** How the API counts deliveries: no further than it costs little. */
import * as z from 'zod';

/** Beyond it a count is "10,000+": counting on would cost more than it is worth. */
export const MOST_COUNTED = 10_000;

export const countFields = {
  count: z.int().min(0).max(MOST_COUNTED).describe('How many there are'),
  isCapped: z.boolean().describe('True if there are at least this many: counting stopped here'),
};
