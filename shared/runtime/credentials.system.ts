/**
 * Lambda's own credentials, from the environment where the SDK's default chain finds them first. Bundling puts it in that
 * chain's place (`shared/topology/bundling.ts`): the clients for files, SSO, STS and instances behind it are a quarter of a bundle.
 */

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** As `@aws-sdk/credential-provider-node` exports it. They stay valid for as long as the function's instance lives. */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw new Error('The environment has no AWS credentials.');
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
  };
}
