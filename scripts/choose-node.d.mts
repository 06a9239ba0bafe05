/** Types of `choose-node.mjs`, which no compiler sees. */

export declare const NEEDED_MAJOR: number;

export interface Machine {
  /** Of the running Node. */
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  /** The folder of installed packages. */
  readonly modules: string;
}

export type NodeChoice =
  | { readonly kind: 'running' }
  | { readonly kind: 'installed'; readonly file: string }
  | { readonly kind: 'none'; readonly missing: string };

export declare function chooseNode(machine: Machine): NodeChoice;
