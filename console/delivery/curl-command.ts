/** A request as a command for a shell. What is masked in the request stays masked: a command is pasted, and kept in histories. */
import type { SentRequest } from '../../shared/api/sent-request.schema.ts';

export function curlCommand({ method, url, headers, body }: SentRequest): string {
  return [
    `curl --request ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(body)}`,
  ].join(' \\\n  ');
}

/** Within single quotes a POSIX shell reads nothing; a quote itself is put between two such texts. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
