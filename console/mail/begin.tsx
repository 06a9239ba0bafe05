/** Begins in place of the console, on the pages that links of mails lead to. */
import '@cloudscape-design/global-styles/index.css';
import '../console.css';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { keepTheme } from '../frame/theme.ts';
import { mailLinkAt } from './mail-link.ts';
import { MailLinkPage } from './mail-link-page.tsx';

// As in `main.tsx`: the content security policy forbids what compiling a schema needs.
z.config({ jitless: true });
keepTheme();

export async function begin(): Promise<void> {
  const { pathname, hash } = window.location;
  const link = mailLinkAt(pathname, hash, (...request) => window.fetch(...request));
  if (link === undefined) {
    window.location.replace('/');
    return;
  }
  // What proves the link does not stay in the address.
  window.history.replaceState(undefined, '', pathname);
  createRoot(document.getElementById('console') ?? document.body).render(<MailLinkPage link={link} />);
}
