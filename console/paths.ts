/** Where the console's pages are. */

export const paths = {
  integrations: '/integrations',
  browse: '/integrations/browse',
  events: '/integrations/events',
  notices: '/integrations/notices',
  connect: (formatId: string) => `/integrations/browse/${encodeURIComponent(formatId)}`,
  integration: (webhookId: string) => `/integrations/webhooks/${encodeURIComponent(webhookId)}`,
  settings: (webhookId: string) => `${paths.integration(webhookId)}/settings`,
  delivery: (webhookId: string, deliveryId: string) =>
    `${paths.integration(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}`,
};

/** As the router reads them. */
export const PATTERNS = {
  connect: '/integrations/browse/:formatId',
  integration: '/integrations/webhooks/:webhookId',
  settings: '/integrations/webhooks/:webhookId/settings',
  delivery: '/integrations/webhooks/:webhookId/deliveries/:deliveryId',
} as const;
