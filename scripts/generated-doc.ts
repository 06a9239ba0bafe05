/** A file of which some part, or all, is generated: as it is, and as it should be. */
export interface GeneratedDoc {
  /** Relative to the project's folder. */
  readonly path: string;
  /** Undefined if there is no such file yet. */
  readonly current: string | undefined;
  readonly wanted: string;
}
