/** How the service's own events are named on the bus. */

export const ANNOUNCEMENT_SOURCE = 'thalian.webhooks';
