import { describe, expect, it } from 'vitest';
import { personOf } from '../../console/session/person.ts';

const NAMES = { tenantClaim: 'custom:tenantId', permissionsClaim: 'cognito:groups' };

describe('who has signed in', () => {
  it('is known by the address, with tenant and permissions', () => {
    const claims = {
      sub: '1',
      email: 'jane@acme.example',
      'custom:tenantId': 'acme',
      'cognito:groups': ['webhooks-write'],
    };
    expect(personOf(claims, NAMES)).toEqual({
      name: 'jane@acme.example',
      tenantId: 'acme',
      mayRead: true,
      mayWrite: true,
    });
  });

  it.each([
    [['webhooks-read'], true, false],
    ['webhooks-read webhooks-write', true, true],
    ['webhooks-read,other', true, false],
    [undefined, false, false],
  ])('may do what %j says', (groups, mayRead, mayWrite) => {
    expect(personOf({ sub: '1', 'cognito:groups': groups }, NAMES)).toMatchObject({ name: '1', mayRead, mayWrite });
  });
});
