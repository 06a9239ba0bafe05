/**
 * The story of a delivery to every destination: the real `send` against simulated vendors, which behave as documented
 * (`<id>.vendor.ts`).
 */
import { describe, expect, it } from 'vitest';
import { findFormat } from '../../shared/destinations/formats.ts';
import { findForm } from '../../shared/destinations/forms.form.ts';
import type { Vendor, VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { VENDORS } from '../../shared/destinations/vendors.vendor.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import { aDeliveryMessage, messageRecord } from '../builders/delivery.ts';
import { aFilledInput, aScantInput } from '../builders/filled-in.ts';
import { asReceived } from '../builders/vendor-request.ts';
import { aWebhook } from '../builders/webhook.ts';
import { aSendWorld } from '../fakes/send-world.ts';

type Behaviour = 'accepts' | 'loses its response' | VendorResponse;

/** A webhook to the vendor, and the vendor's behaviours in turn, the last one for ever. */
async function aDestination(vendor: Vendor, ...behaviours: readonly [Behaviour, ...Behaviour[]]) {
  const { id } = vendor;
  const form = findForm(id);
  if (form === undefined) {
    throw new Error(`no form for ${id}`);
  }
  const receive = vendor.create();
  let posts = 0;
  const response = (request: OutgoingRequest) => {
    // Issuing a token is no behaviour of the vendor's.
    if (request.headers['content-type'] === 'application/x-www-form-urlencoded') {
      return receive(asReceived(request));
    }
    const behaviour = behaviours[Math.min(posts, behaviours.length - 1)] ?? 'accepts';
    posts += 1;
    if (typeof behaviour === 'object') {
      return behaviour;
    }
    const received = receive(asReceived(request));
    return behaviour === 'accepts' ? received : 'timeout';
  };
  const world = aSendWorld({ replies: [response] });

  const message = aDeliveryMessage();
  const { tenantId, webhookId } = message;
  const { url, options, credentials } = behaviours.includes('loses its response')
    ? aFilledInput(form)
    : aScantInput(form);
  const isUrlSecret = findFormat(id)?.urlIsCredential === true;
  const value = { credentials, ...(isUrlSecret && { url }) };
  const secret = await world.secrets.create(tenantId, webhookId, 'v1', value);
  const shownUrl = isUrlSecret ? new URL(url).origin : url;
  const webhook = aWebhook({ url: shownUrl, format: { id, options }, secret });
  world.store.webhooks.set(`${tenantId}#${webhookId}`, webhook);

  return {
    ...world,
    secretValues: [...Object.values(credentials), ...(isUrlSecret ? [url, new URL(url).pathname] : [])],
    /** Until the delivery has ended; returns the delays between its attempts, in seconds. */
    async deliver(): Promise<readonly number[]> {
      expect(await world.receive(messageRecord(message))).toEqual([]);
      const delays: number[] = [];
      for (let next = world.queues.retries.shift(); next !== undefined; next = world.queues.retries.shift()) {
        delays.push(next.delaySeconds);
        world.clock.moveOn(next.delaySeconds * 1000);
        expect(await world.receive(messageRecord(next.message))).toEqual([]);
      }
      return delays;
    },
    row: () => [...world.log.rows.values()][0],
  };
}

describe.each(VENDORS.map((vendor) => [vendor.id, vendor] as const))('a delivery to %s', (_id, vendor) => {
  const { refusal, limit, falseSuccess } = vendor;

  it('is delivered at the first attempt to a destination that accepts it', async () => {
    const destination = await aDestination(vendor, 'accepts');
    expect(await destination.deliver()).toEqual([]);
    expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 1 });
    expect(destination.row()?.attempts[0]).not.toHaveProperty('response');
  });

  it("fails after four attempts, with the destination's own words in the delivery log", async () => {
    const destination = await aDestination(vendor, refusal);
    expect(await destination.deliver()).toHaveLength(3);
    expect(destination.row()).toMatchObject({
      status: 'failed',
      reason: 'exhausted',
      attempts: Array(4).fill({ statusCode: refusal.statusCode, response: refusal.body }),
    });
    expect(destination.queues.redriveMessages).toHaveLength(1);
  });

  it('waits as long as the destination asks, then is delivered', async () => {
    const destination = await aDestination(vendor, limit, 'accepts');
    const [delay = 0, ...others] = await destination.deliver();
    expect(others).toEqual([]);
    const asked = Math.max(vendor.limitSeconds ?? 0, Number(limit.headers?.['retry-after'] ?? 0));
    // The longer of the policy's 30 seconds and the vendor's wait counts, with up to a fifth on top.
    expect(delay).toBeGreaterThanOrEqual(Math.max(30, asked));
    expect(delay).toBeLessThanOrEqual(Math.ceil(Math.max(30, asked) * 1.2) + 1);
    expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 2 });
  });

  if (falseSuccess !== undefined) {
    it('is retried after a 2xx that does not mean accepted', async () => {
      const destination = await aDestination(vendor, falseSuccess, 'accepts');
      expect(await destination.deliver()).toHaveLength(1);
      const attempts = [{ statusCode: falseSuccess.statusCode }, {}];
      expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 2, attempts });
    });
  }

  it('is delivered once a response arrives, if the destination already has the finding', async () => {
    const destination = await aDestination(vendor, 'loses its response', 'accepts');
    expect(await destination.deliver()).toHaveLength(1);
    expect(destination.row()).toMatchObject({ status: 'delivered', attempts: [{ error: 'timeout' }, {}] });
  });

  it('shows none of its secrets outside the request, even if they are echoed', async () => {
    const echo = await aDestination(vendor, 'accepts');
    const body = `you sent ${echo.secretValues.join(' and ')}`;
    const destination = await aDestination(vendor, { statusCode: 400, body });
    await destination.deliver();
    const { queues, telemetry, log, announcer, store } = destination;
    const seen = JSON.stringify([queues, telemetry, [...log.rows.values()], announcer, [...store.webhooks.values()]]);
    for (const secret of destination.secretValues) {
      expect(seen).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    expect(seen).toContain('you sent');
  });
});
