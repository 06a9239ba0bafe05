/** Which URL may be checked: the one that the developer names, by TLS unless it is on this machine. */
import { isLoopbackUrl } from '../../local/aws/loopback-server.ts';

/** Throws in words for the person who typed it. */
export function readCheckUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error(`--url takes an http or https URL, such as http://localhost:3000/hook, not '${text}'.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('--url takes no user and no password: the service sends none.');
  }
  if (url.protocol === 'http:' && !isLoopbackUrl(url)) {
    throw new Error(`--url takes http for this machine alone: the service sends to ${url.host} by https.`);
  }
  return url;
}
