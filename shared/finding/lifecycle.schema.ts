/** The lifecycle of a finding as rows and messages keep it. Version 0.1.0 reads over both members. */
import * as z from 'zod';
import { FINDING_DETAIL_TYPE } from '../topology/findings-source.ts';
import { FINDING_EVENTS, type FindingEventName, LATER_EVENTS } from './lifecycle.ts';

/** What each event is called on the bus. */
export const DETAIL_TYPES: Readonly<Record<FindingEventName, string>> = {
  detected: FINDING_DETAIL_TYPE,
  updated: 'Finding Updated',
  resolved: 'Finding Resolved',
  reopened: 'Finding Reopened',
};

/** What is called otherwise has come by a rule of detections, or by an operator's hand. */
export function eventOfType(detailType: unknown): FindingEventName {
  return FINDING_EVENTS.find((event) => DETAIL_TYPES[event] === detailType) ?? 'detected';
}

export const revisionSchema = z.int().min(1);

/** Absent: detected, and 1. */
export const lifecycleItemFields = {
  event: z.enum(LATER_EVENTS).exactOptional(),
  revision: revisionSchema.exactOptional(),
};
