/** A collector of OCSF 1.8 Detection Findings: the attributes that the class requires. */
import * as z from 'zod';
import { plainVendor } from '../plain.vendor.ts';

export const vendor = plainVendor({
  id: 'ocsf',
  contentType: 'application/json',
  bodySchema: z
    .looseObject({
      activity_id: z.int().min(1).max(3),
      category_uid: z.literal(2),
      class_uid: z.literal(2004),
      type_uid: z.int(),
      status_id: z.int(),
      severity_id: z.int().min(1).max(5),
      time: z.int(),
      metadata: z.looseObject({ version: z.string(), product: z.looseObject({ name: z.string() }) }),
      finding_info: z.looseObject({ uid: z.string(), title: z.string() }),
    })
    .refine(({ activity_id, type_uid }) => type_uid === 200_400 + activity_id, 'the type is not that of the activity')
    .refine(
      ({ activity_id, status_id }) => (activity_id === 3) === (status_id === 4),
      'only what is closed is resolved',
    ),
  evidence: {
    documentation: 'the published schema of OCSF 1.8.0, against which the tests judge each attribute',
    validatedBy: ['pydantic-ocsf', 'py-ocsf-models'],
  },
  demo: { name: 'Security lake', path: '/ocsf' },
});
