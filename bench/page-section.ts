/** Finds a section of a page in Markdown. Pure. */

/** The title and the lines below it that are not empty. Throws if there is none: the page has changed. */
export function section(page: string, title: string): readonly string[] {
  const found = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  if (found === undefined) {
    throw new Error(`The page has no section "${title}"`);
  }
  return found.split('\n').filter((line) => line !== '');
}
