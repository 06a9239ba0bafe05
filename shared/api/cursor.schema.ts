/** A cursor as people send it. What is in it, `cursor.ts` says. */
import * as z from 'zod';

export const cursorSchema = z
  .string()
  .min(1)
  .max(512)
  .meta({
    description: 'A place in a list: opaque, and good for the list and the filters that it came with',
    examples: ['6BuUTDaUJDK2z4e2yLwJX1siZGx2XzAxS0I0QzhaMEc1UTJON1g5VzNWNlQxUkhEIl0'],
  });
