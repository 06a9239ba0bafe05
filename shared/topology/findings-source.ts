/** Which events on the findings bus are ours: the rules' patterns in AWS and in the local stand-in. */

import { ANNOUNCEMENT_SOURCE } from './announcements-source.ts';

export const FINDING_SOURCE = 'thalian.findings';
export const FINDING_DETAIL_TYPE = 'Finding Detected';

/** What else happens to a finding. */
export const LIFECYCLE_DETAIL_TYPES = ['Finding Updated', 'Finding Resolved', 'Finding Reopened'] as const;

export const FINDING_PATTERN = {
  source: [FINDING_SOURCE],
  detailType: [FINDING_DETAIL_TYPE],
};

export const LIFECYCLE_PATTERN = {
  source: [FINDING_SOURCE],
  detailType: [...LIFECYCLE_DETAIL_TYPES],
};

/**
 * Such an event travels to `dispatch` inside this member: a version that knows detections alone finds no detail in it and sets
 * it aside, and never takes a resolution for a detection.
 */
export const LIFECYCLE_MEMBER = 'lifecycle';

/** Where the event has its tenant: the message group in the findings queue, a JSON path that EventBridge reads. */
export const FINDING_GROUP_PATH = '$.detail.tenantId';

/** One group for all stray events: no tenant's id has a dot. */
export const STRAY_GROUP = 'stray.events';

/** What may be on the stage's own bus; any other source is there by mistake. */
export const EXPECTED_SOURCES = [FINDING_SOURCE, ANNOUNCEMENT_SOURCE];

/**
 * A stray event travels to `dispatch` inside this member, so that it has no `detail`: no version of `dispatch` can take it
 * for a finding.
 */
export const STRAY_MEMBER = 'stray';

/** The service's own events travel to `dispatch` in the same way, inside this member. */
export const ANNOUNCED_MEMBER = 'announced';
