/** Which formats a search finds: every word must begin a word of the title, the summary or the id. */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';

export function matchFormats(formats: readonly FormatResponse[], search: string): readonly FormatResponse[] {
  const wanted = wordsOf(search);
  return formats.filter(({ id, title, summary }) => {
    const words = wordsOf(`${id} ${title} ${summary}`);
    return wanted.every((prefix) => words.some((word) => word.startsWith(prefix)));
  });
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
