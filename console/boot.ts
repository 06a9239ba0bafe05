/** Runs first and is small: the shell of the page is drawn by then, and the console with its style sheets is fetched behind it. */
import('./main.tsx').catch((error: unknown) => {
  reportError(error);
  document.getElementById('shell-words')?.replaceChildren('The page could not be loaded. Reload it in a moment.');
});
