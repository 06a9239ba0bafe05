import { describe, expect, it } from 'vitest';
import { predictEnd } from '../../local/demo/expectation.ts';
import { createVendorRouter, isTokenRequest, vendorMount } from '../../local/receiver/vendor-router.ts';
import type { VendorRequest } from '../../shared/destinations/simulation.vendor.ts';

function aRequest(path: string, body = ''): VendorRequest {
  return { method: 'POST', path, query: new URLSearchParams(), headers: {}, body };
}

describe('the router to the vendors', () => {
  it.each([
    ['/vendor/slack/accepts/services/T0/B0/x', '/vendor/slack/accepts'],
    ['/vendor/google-chat/false-success-first?key=k', '/vendor/google-chat/false-success-first'],
    ['/vendor/elastic/accepts', '/vendor/elastic/accepts'],
    ['/vendor/slack/accepts-not', undefined],
    ['/vendor/slack', undefined],
    ['/ok/vendor/slack/accepts', undefined],
  ])('finds the mount of %s', (path, mount) => {
    expect(vendorMount(path)).toBe(mount);
  });

  it('leads to the vendor, which refuses in its own words what it does not understand', () => {
    const response = createVendorRouter().receive(aRequest('/vendor/slack/accepts/services/T0/B0/x', '{}'), 1);
    expect(response).toMatchObject({ statusCode: 400, body: 'invalid_payload' });
  });

  it('leads to no vendor that does not exist', () => {
    expect(createVendorRouter().receive(aRequest('/vendor/fax/accepts'), 1)).toBeUndefined();
  });

  it('responds to a delivery with a false success first, as the demo predicts', () => {
    const router = createVendorRouter();
    const request = aRequest('/vendor/teams/false-success-first/x');
    expect(router.receive(request, 1)).toMatchObject({ statusCode: 200, body: expect.stringContaining('413') });
    expect(router.receive(request, 2)?.statusCode).not.toBe(200);
    expect(predictEnd('/vendor/teams/false-success-first')).toEqual({ status: 'delivered', responses: [200, 202] });
    expect(predictEnd('/vendor/sentinel/accepts')).toEqual({ status: 'delivered', responses: [204] });
  });

  it('issues tokens at any path that ends in that of tokens', () => {
    const form = 'grant_type=client_credentials&client_id=c&client_secret=s&scope=https%3A%2F%2Fx%2F.default';
    const request = aRequest('/directory/oauth2/v2.0/token', form);
    expect(isTokenRequest(request)).toBe(true);
    const issued = createVendorRouter().receive(request, 1);
    expect(JSON.parse(issued?.body ?? '')).toMatchObject({ access_token: expect.any(String), expires_in: 3_599 });
  });
});
