/** The lifecycle of a finding as rows and messages keep it. Version 0.1.0 reads over both members. */
import * as z from 'zod';
import { FINDING_EVENTS } from './lifecycle.ts';

export const revisionSchema = z.int().min(1);

/** Absent: detected, and 1. */
export const lifecycleItemFields = {
  event: z.enum(FINDING_EVENTS).exclude(['detected']).exactOptional(),
  revision: revisionSchema.exactOptional(),
};
