/** How the API writes an instant. */
import * as z from 'zod';

export const instantSchema = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC, to the millisecond', examples: ['2026-11-23T10:00:00.000Z'] });

/** `millis` are epoch milliseconds. */
export function toInstant(millis: number): string {
  return new Date(millis).toISOString();
}
