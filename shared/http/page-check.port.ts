/** Asks whether a public page is served. */

export interface PageCheck {
  /** Why not, in a few words; undefined if it is. */
  problemOf(url: string): Promise<string | undefined>;
}
