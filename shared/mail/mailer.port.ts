/** The way out for mails. */
import type { Mail } from './mail.ts';

export interface Mailer {
  /** Resolves once the mail service has the mail; what becomes of it then, that service knows. */
  send(mail: Mail): Promise<void>;
}
