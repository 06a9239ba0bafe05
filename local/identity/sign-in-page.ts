/** Where a browser picks who it wants to be. The choice goes back to the same URL as its `login_hint`. */
import { DEMO_USERS } from './local-user.ts';

/** `url` is the authorization request; its query is percent-encoded, so that only `&` needs care within HTML. */
export function signInPage(url: URL): string {
  const links = Object.values(DEMO_USERS).map(({ username, tenantId, permissions }) => {
    const chosen = new URL(url);
    chosen.searchParams.set('login_hint', username);
    const href = `${chosen.pathname}${chosen.search}`.replaceAll('&', '&amp;');
    return `<li><a href="${href}">${username}</a> of ${tenantId}: ${permissions.join(', ')}</li>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in to the local system</title>
<h1>Sign in to the local system</h1>
<p>There are no passwords here. Who do you want to be?</p>
<ul>${links.join('\n')}</ul>
</html>
`;
}
