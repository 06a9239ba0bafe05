/** A collector of OCSF 1.8 Detection Findings: the attributes that the class requires. */
import * as z from 'zod';
import { plainVendor } from '../plain.vendor.ts';

export const vendor = plainVendor({
  id: 'ocsf',
  contentType: 'application/json',
  bodySchema: z.looseObject({
    activity_id: z.literal(1),
    category_uid: z.literal(2),
    class_uid: z.literal(2004),
    type_uid: z.literal(200_401),
    severity_id: z.int().min(1).max(5),
    time: z.int(),
    metadata: z.looseObject({ version: z.string(), product: z.looseObject({ name: z.string() }) }),
    finding_info: z.looseObject({ uid: z.string(), title: z.string() }),
  }),
  evidence: {
    documentation: 'the published schema of OCSF 1.8.0, against which the tests judge each attribute',
    validatedBy: ['pydantic-ocsf', 'py-ocsf-models'],
  },
  demo: { name: 'Security lake', path: '/ocsf' },
});
