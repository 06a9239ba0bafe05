/** Every format there is. A new one is added to this list and nowhere else. */
import type { Format } from '../format.ts';
import { jsonFormat } from './json.ts';

const FORMATS: readonly Format[] = [jsonFormat];

export function findFormat(id: string): Format | undefined {
  return FORMATS.find((format) => format.id === id);
}
