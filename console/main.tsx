/** Begins: reads the settings of its stage, finds out who is signed in, and draws. */
import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { App } from './app.tsx';
import { parseConsoleEnvironment } from './env.ts';
import { PlainPage } from './frame/plain-page.tsx';
import { keepTheme } from './frame/theme.ts';
import { SIGN_IN_PATHS } from './session/session.ts';
import { startTabSession } from './session/tab-session.ts';

// Compiling schemas needs `eval`, which the content security policy forbids; even trying is reported as a violation.
z.config({ jitless: true });
keepTheme();

const root = createRoot(document.getElementById('console') ?? document.body);

/** `settings` are on their way since the page was opened. */
export async function begin(settings: Promise<Response>): Promise<void> {
  try {
    await start(await readConfig(settings));
  } catch (error) {
    // For a developer who looks into the console of the browser; the page says what can be done.
    reportError(error);
    root.render(
      <PlainPage
        title="The page could not be opened"
        text="Its settings could not be read, or the sign-in page cannot be reached. Try again in a moment."
        button="Try again"
        onClick={() => window.location.replace('/')}
      />,
    );
  }
}

async function start(config: unknown): Promise<void> {
  const { pathname, search } = window.location;
  const environment = parseConsoleEnvironment(config);
  const session = startTabSession(environment);
  if (pathname === SIGN_IN_PATHS.signedIn) {
    window.history.replaceState(undefined, '', await session.finishSignIn());
  }
  const person = session.person();
  if (person !== undefined) {
    root.render(<App session={session} person={person} sendsMail={environment.sendsMail === true} />);
    return;
  }
  if (pathname === SIGN_IN_PATHS.signedOut) {
    root.render(
      <PlainPage
        title="You are signed out"
        text="To see your integrations, sign in again."
        button="Sign in"
        onClick={() => void session.signIn('/')}
      />,
    );
    return;
  }
  await session.signIn(`${pathname}${search}`);
}

async function readConfig(settings: Promise<Response>): Promise<unknown> {
  const response = await settings;
  if (!response.ok) {
    throw new Error(`${response.url} returned ${response.status}`);
  }
  return response.json();
}
