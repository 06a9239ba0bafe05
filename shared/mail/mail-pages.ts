/** Where the links of a mail lead: pages of the console, and the one request that mail programs make by themselves. */

/** The token is in the fragment, which no server and no log sees. */
export const CONFIRM_PAGE = '/notices/confirm';
export const UNSUBSCRIBE_PAGE = '/notices/unsubscribe';

/** RFC 8058: a POST to it unsubscribes. A person who follows it, by GET, is led to the page. */
export const UNSUBSCRIBE_PATH = '/v1/notices/unsubscribe';

export function confirmPage(consoleUrl: string, token: string): string {
  return `${consoleUrl}${CONFIRM_PAGE}#${token}`;
}

export function unsubscribePage(consoleUrl: string, token: string): string {
  return `${consoleUrl}${UNSUBSCRIBE_PAGE}#${token}`;
}

/** The console's origin hands it on to the API. */
export function unsubscribeUrl(consoleUrl: string, token: string): string {
  return `${consoleUrl}${UNSUBSCRIBE_PATH}?token=${token}`;
}
