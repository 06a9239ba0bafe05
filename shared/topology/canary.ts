/** The internal tenant whose findings and deliveries show that the whole way works. No customer has its id. */

export const CANARY = { tenantId: 'thalian-canary', webhookId: 'wh_canary' } as const;
