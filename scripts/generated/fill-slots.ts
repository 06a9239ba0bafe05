/** Pages of which a part is generated, and the rest written by people. */

/**
 * Fills the slots between `<!-- generated: NAME -->` and `<!-- end of generated -->`. Throws if a part has no slot or a slot
 * no part: the page would silently go without it.
 */
export function fillSlots(page: string, parts: Readonly<Record<string, string>>, path: string): string {
  const unused = new Set(Object.keys(parts));
  const filled = page.replaceAll(
    /^<!-- generated: (\S+) -->\n(?:(?!<!-- generated: )[\s\S])*?^<!-- end of generated -->$/gm,
    (_slot, part: string) => {
      const text = Object.hasOwn(parts, part) ? parts[part] : undefined;
      if (text === undefined) {
        throw new Error(`${path} has a slot for "${part}", which is not generated.`);
      }
      unused.delete(part);
      return `<!-- generated: ${part} -->\n${text}\n<!-- end of generated -->`;
    },
  );
  if (unused.size > 0) {
    const [part] = unused;
    throw new Error(
      `${path} has no slot for "${part}": write <!-- generated: ${part} --> and <!-- end of generated -->, each on a line of its own.`,
    );
  }
  return filled;
}
