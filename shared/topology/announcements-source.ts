/** How the service's own events are named on the bus. */

export const ANNOUNCEMENT_SOURCE = 'thalian.webhooks';

/** All of them: `dispatch` passes over those that give no notice. */
export const ANNOUNCEMENT_PATTERN = { source: [ANNOUNCEMENT_SOURCE] };
