/** That the page reads what oidc-client-ts itself stores, without loading it. */
import { InMemoryWebStorage, User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStoredUser, secondsLeft } from '../../console/session/stored-user.ts';

const ENV = {
  issuerUrl: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc',
  clientId: 'thalian-console',
};

const NOW = Date.parse('2026-11-30T12:00:00.900Z');
const NOW_SECONDS = Math.floor(NOW / 1_000);

/** What the tab of a reader keeps. */
let tab: InMemoryWebStorage;
let manager: UserManager;

const aUser = (overrides: { refresh_token?: string; expires_at?: number }) =>
  new User({
    id_token: 'header.claims.signature',
    access_token: 'access',
    token_type: 'Bearer',
    profile: {
      iss: ENV.issuerUrl,
      sub: 'user-1',
      aud: ENV.clientId,
      exp: NOW_SECONDS,
      iat: NOW_SECONDS,
      email: 'a@b.example',
    },
    ...overrides,
  });

beforeEach(() => {
  tab = new InMemoryWebStorage();
  manager = new UserManager({
    authority: ENV.issuerUrl,
    client_id: ENV.clientId,
    redirect_uri: 'https://console.example/signed-in',
    userStore: new WebStorageStateStore({ store: tab }),
  });
});

describe('the user that signing in left in the tab', () => {
  it('is read as the library has stored it', async () => {
    await manager.storeUser(aUser({ refresh_token: 'refresh', expires_at: NOW_SECONDS + 3_600 }));
    const user = readStoredUser(tab, ENV);
    expect(user).toMatchObject({
      id_token: 'header.claims.signature',
      refresh_token: 'refresh',
      profile: { sub: 'user-1', email: 'a@b.example' },
    });
    expect(user && secondsLeft(user, NOW)).toBe(3_600);
  });

  it('counts as ended if the issuer did not say when its token ends', async () => {
    await manager.storeUser(aUser({}));
    const user = readStoredUser(tab, ENV);
    expect(user?.refresh_token).toBeUndefined();
    expect(user && secondsLeft(user, NOW)).toBeLessThan(0);
  });

  it.each([
    ['of another issuer', { ...ENV, issuerUrl: 'https://other.example' }],
    ['of another client', { ...ENV, clientId: 'other' }],
  ])('is not the one %s', async (_case, env) => {
    await manager.storeUser(aUser({ expires_at: NOW_SECONDS + 3_600 }));
    expect(readStoredUser(tab, env)).toBeUndefined();
  });

  it.each(['', 'no JSON', '{}', '{"id_token":1,"profile":{}}', '{"id_token":"a"}'])(
    'is no person if %j is stored',
    (stored) => {
      tab.setItem(`oidc.user:${ENV.issuerUrl}:${ENV.clientId}`, stored);
      expect(readStoredUser(tab, ENV)).toBeUndefined();
    },
  );
});
