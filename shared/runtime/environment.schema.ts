/** Reads what a deployment configures: a function's environment variables, the console's `config.json`. */
import * as z from 'zod';

/** The variables as infra must set them: all are texts, and those with a default may be absent. */
export type EnvironmentOf<Schema extends z.ZodObject> = { readonly [Name in keyof z.input<Schema>]: string };

/** Throws with every missing or malformed variable named, so that a bad deployment fails its cold start in one line. */
export function parseEnvironment<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  environment: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(`${name} is misconfigured:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
