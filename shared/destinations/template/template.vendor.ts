/** A ticket system that takes the body of the form's example, and a GraphQL service, by the specification of GraphQL. */
import * as z from 'zod';
import { plainVendor } from '../plain.vendor.ts';
import { json, text } from '../simulation.vendor.ts';

const bodySchema = z.strictObject({
  summary: z.string().regex(/^\[[A-Z]+\] /),
  description: z.string().min(1),
  labels: z.tuple([z.literal('thalian'), z.string()]),
  priority: z.int().min(1).max(3),
  link: z.string().startsWith('https://').optional(),
  externalId: z.string().min(1),
  delivery: z.string().startsWith('dlv_'),
});

const DEMO = JSON.stringify({
  summary: '[{{ severity.level | upcase }}] {{ title | truncate: 200 }}',
  description: '{{ remediation.summary | default: "No remediation is known." }}',
  labels: ['thalian', '{{ platform }}'],
  priority: { $switch: 'severity.level', cases: { critical: 1, high: 2 }, else: 3 },
  externalId: '{{ id }}',
  delivery: '{{ delivery.id }}',
});

export const vendor = {
  ...plainVendor({
    id: 'template',
    contentType: 'application/json',
    bodySchema,
    responses: [
      {
        response: json(201, { id: 'T-1' }),
        meaning: 'The platform has the ticket. The same with every other status from 200 to 299.',
        isDelivered: true,
      },
      { response: text(202, 'accepted'), meaning: 'The platform has it, and does the work later.', isDelivered: true },
      {
        response: json(200, { errors: [{ message: 'Field is missing' }], data: null }),
        meaning: 'A GraphQL service has not carried it out: errors, and no data.',
        isDelivered: false,
      },
    ],
    rate: {
      published: 'That of the platform. Choose a pace if it has one.',
      source: 'The documentation of the platform',
      sureness: 'unpublished',
    },
    evidence: {
      documentation: 'the specification of GraphQL, section 7.1, and that of Liquid',
      comparedWith: ['liquidjs'],
    },
    demo: { name: 'Ticket system', path: '/tickets', options: { body: DEMO } },
  }),
  falseSuccess: json(200, { errors: [{ message: 'Field is missing' }] }),
};
