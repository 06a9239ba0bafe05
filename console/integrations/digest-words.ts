/** Digests and the first sync, as people choose them. */

/** `Every hour`, `Every 15 minutes`. */
export function digestWords(minutes: number): string {
  if (minutes % 1_440 === 0 && minutes > 0) {
    return 'Every day';
  }
  if (minutes % 60 === 0) {
    return minutes === 60 ? 'Every hour' : `Every ${minutes / 60} hours`;
  }
  return `Every ${minutes} minutes`;
}

export const FIRST_SYNC_WORDS = {
  all: 'Send them as all others',
  new: 'Do not send them',
  digest: 'Send them together',
} as const;
