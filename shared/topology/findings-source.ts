/** Which events on the findings bus are ours: the rule's pattern in AWS and in the local stand-in. */

export const FINDING_SOURCE = 'thalian.findings';
export const FINDING_DETAIL_TYPE = 'Finding Detected';

export const FINDING_PATTERN = {
  source: [FINDING_SOURCE],
  detailType: [FINDING_DETAIL_TYPE],
};
