/** How often one receive looks again: each look follows a change by another worker, and after so many the queue's own pause serves better. */
export const MAX_LOOKS = 5;
