/** Users in the deployed stack's own pool, made as an administrator makes them, and the tokens that they sign in for. */
import { randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  AuthFlowType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  MessageActionType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Outputs, Whereabouts } from './deployment.ts';

export interface Tokens {
  /** The one for the API: it names the tenant. */
  readonly id: string;
  readonly access: string;
}

export function createAccounts({ UserPoolId, UserPoolClientId }: Outputs, whereabouts: Whereabouts) {
  const client = new CognitoIdentityProviderClient(whereabouts);
  const made: string[] = [];

  return {
    async signInNew(tenantId: string, group: 'webhooks-read' | 'webhooks-write'): Promise<Tokens> {
      const user = { UserPoolId, Username: `${group}@${tenantId}.example` };
      // Every kind of character that the pool asks for.
      const Password = `Aa1!${randomBytes(12).toString('hex')}`;
      const create = new AdminCreateUserCommand({
        ...user,
        MessageAction: MessageActionType.SUPPRESS,
        UserAttributes: [
          { Name: 'email', Value: user.Username },
          { Name: 'email_verified', Value: 'true' },
          { Name: 'custom:tenantId', Value: tenantId },
        ],
      });
      await client.send(create);
      made.push(user.Username);
      await client.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
      await client.send(new AdminAddUserToGroupCommand({ ...user, GroupName: group }));
      const signIn = new InitiateAuthCommand({
        ClientId: UserPoolClientId,
        AuthFlow: AuthFlowType.USER_PASSWORD_AUTH,
        AuthParameters: { USERNAME: user.Username, PASSWORD: Password },
      });
      const { IdToken, AccessToken } = (await client.send(signIn)).AuthenticationResult ?? {};
      if (IdToken === undefined || AccessToken === undefined) {
        throw new Error(`${user.Username} signed in and got no tokens.`);
      }
      return { id: IdToken, access: AccessToken };
    },

    async leave(): Promise<void> {
      for (const Username of made) {
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username }));
      }
      client.destroy();
    },
  };
}
