/**
 * Runs first and is small: the shell of the page is drawn by then. The console and the settings of its stage are fetched behind
 * it, at the same time.
 */
const settings = fetch('/config.json');
// `begin` awaits it, and says on the page what went wrong.
settings.catch(() => undefined);

/** Where links of mails lead: their readers need not be signed in, and see nothing of the console. */
const isOfMail = location.pathname.startsWith('/notices/');

(isOfMail ? import('./mail/begin.tsx') : import('./main.tsx'))
  .then(({ begin }) => begin(settings))
  .catch((error: unknown) => {
    reportError(error);
    document.getElementById('shell-words')?.replaceChildren('The page could not be loaded. Reload it in a moment.');
  });
