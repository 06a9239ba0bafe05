/** The console's settings of its stage, in `/config.json` beside it. Infra's and the local system's must satisfy it. */
import * as z from 'zod';
import { parseEnvironment } from '../shared/runtime/environment.schema.ts';

const schema = z.object({
  /** Where people sign in, as its tokens have it in `iss`. */
  issuerUrl: z.url(),
  clientId: z.string().min(1),
  /** Space-separated. */
  scope: z.string().min(1),
  /** Claim of the ID token that holds the tenant's id. */
  tenantClaim: z.string().min(1),
  /** Claim that lists `webhooks-read` and `webhooks-write`. */
  permissionsClaim: z.string().min(1),
  /** Whether the stage sends notices by e-mail. Absent: it does not. */
  sendsMail: z.boolean().optional(),
});

/** Where the issuer sends people back to; registered there. Infra's must satisfy it too. */
export interface SignInPaths {
  readonly signedIn: '/signed-in';
  readonly signedOut: '/signed-out';
}

export type ConsoleEnvironment = z.input<typeof schema>;

export function parseConsoleEnvironment(json: unknown): ConsoleEnvironment {
  return parseEnvironment('config.json', schema, json);
}
