/** How the API shows a request that goes, or would go, to a receiver. */
import * as z from 'zod';

export const sentRequestSchema = z
  .object({
    method: z.enum(['POST', 'PUT']).describe('Its method'),
    url: z.string().meta({ description: 'Where it goes', examples: ['https://siem.example.com/thalian'] }),
    headers: z.record(z.string(), z.string()).meta({
      description: "By name in lower case; the webhook's own are left out, as their names are secret too",
      examples: [{ 'content-type': 'application/json', 'webhook-id': 'dlv_01KB4C8Z0G5Q2N7X9W3V6T1RHD' }],
    }),
    body: z.string().describe('As it goes over the wire'),
  })
  .meta({ id: 'SentRequest', description: 'The request as the webhook is configured now, with every secret masked' });

export type SentRequest = z.output<typeof sentRequestSchema>;
