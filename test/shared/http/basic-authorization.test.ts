import { expect, it } from 'vitest';
import { basicAuthorization } from '../../../shared/http/basic-authorization.ts';

it('encodes name and password as RFC 7617 does in its examples', () => {
  expect(basicAuthorization('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  expect(basicAuthorization('test', '123\u00a3')).toBe('Basic dGVzdDoxMjPCow==');
});
