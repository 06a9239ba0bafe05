/** Which packages and which rooms of our own a bundle is made of. Pure. */

export interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** By size, the largest first. `inputs` are the files of an esbuild metafile's output. */
export function partsOf(inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>): readonly Part[] {
  const sizes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const name = partOf(file);
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  return [...sizes]
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1));
}

/** A package by its name, wherever it is installed; a file of ours by its first two folders. */
function partOf(file: string): string {
  const [, inPackage] = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return inPackage ?? file.split('/').slice(0, -1).slice(0, 2).join('/');
}
