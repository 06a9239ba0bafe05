/** What a finding is about: a person, account or role, or a thing. */

export const AFFECTED_TYPES = ['identity', 'asset'] as const;

export type AffectedType = (typeof AFFECTED_TYPES)[number];

export type Affected = {
  readonly type: AffectedType;
  readonly id: string;
  readonly name: string;
  /** The publisher's own word for what it is, such as `device`. */
  readonly originalType?: string;
};
