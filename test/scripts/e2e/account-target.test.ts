import { expect, it } from 'vitest';
import { profileEnvironment } from '../../../scripts/e2e/account-target.ts';

it('deploys by the profile that was named, whatever credentials, endpoint or authority the shell has beside it', () => {
  const shell = {
    PATH: '/bin',
    HOME: '/home/jane',
    HTTPS_PROXY: 'http://proxy.example:3128',
    AWS_PROFILE: 'production',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    EXTRA_CA_PEM: 'PEM',
  };
  const { PATH: path, ...env } = profileEnvironment(shell, 'sandbox');
  expect(path).toMatch(/node_modules.\.bin.\/bin$/);
  expect(env).toEqual({
    HOME: '/home/jane',
    HTTPS_PROXY: 'http://proxy.example:3128',
    AWS_PROFILE: 'sandbox',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
    NO_COLOR: '1',
  });
});
