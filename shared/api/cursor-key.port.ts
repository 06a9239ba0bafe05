/** The key that binds what the API hands out to whom it was handed out to. The same for all instances of a stage. */
export interface CursorKey {
  read(): Promise<string>;
}
