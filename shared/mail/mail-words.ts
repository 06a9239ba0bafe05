/** What becomes of a text that a tenant has typed, before it stands in a mail of ours: it must read as a name and nothing else. */
import { cutToCharacters } from '../finding/cut-text.ts';
import { oneLine } from '../finding/finding-words.ts';

/** As many as the API takes for a name. */
const NAME_CHARACTERS = 100;

/** They are not seen: soft hyphens, joiners, what turns the direction of reading. */
const UNSEEN = /\p{Cf}/gu;

/** Mail programs make links of what looks like one, and a name must lead nowhere: `evil.example`, `https://…`. */
const LINKS = [
  [/:(?=\/\/)/g, '[:]'],
  [/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])(?!(?<=\p{N}\.)\p{N})/gu, '[.]'],
] as const;

export function nameInMail(name: string): string {
  const plain = cutToCharacters(oneLine(name.replaceAll(UNSEEN, '')), NAME_CHARACTERS);
  return LINKS.reduce((text, [pattern, broken]) => text.replaceAll(pattern, broken), plain);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
