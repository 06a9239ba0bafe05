/**
 * The story of a delivery to every destination there is: the real `send` against destinations that behave as they are
 * documented to (`<id>.vendor.ts`).
 */
import { describe, expect, it } from 'vitest';
import type { FormatContract } from '../../shared/destinations/form.ts';
import { findFormat } from '../../shared/destinations/formats.ts';
import { FORMAT_CONTRACTS } from '../../shared/destinations/forms.form.ts';
import type { VendorResponse } from '../../shared/destinations/simulation.vendor.ts';
import { createVendors } from '../../shared/destinations/vendors.vendor.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import { aDeliveryMessage, messageRecord } from '../builders/delivery.ts';
import { aFilledInput, aScantInput } from '../builders/filled-in.ts';
import { asReceived } from '../builders/vendor-request.ts';
import { aWebhook } from '../builders/webhook.ts';
import { aSendWorld } from '../fakes/send-world.ts';

/** The waits that are not in a `Retry-After`, in seconds. */
const OWN_WAITS: Readonly<Record<string, number>> = { discord: 64.57, teams: 60 };

type Behaviour = 'accepts' | 'loses its answer' | VendorResponse;

/** A webhook to the destination, and the destination's behaviours in turn, the last one for ever. */
async function aDestination(contract: FormatContract, ...behaviours: readonly [Behaviour, ...Behaviour[]]) {
  const vendor = createVendors().find(({ formatId }) => formatId === contract.id);
  if (vendor === undefined) {
    throw new Error(`no vendor for ${contract.id}`);
  }
  let posts = 0;
  const response = (request: OutgoingRequest) => {
    // Issuing a token is no behaviour of the destination's.
    if (request.headers['content-type'] === 'application/x-www-form-urlencoded') {
      return vendor.receive(asReceived(request));
    }
    const behaviour = behaviours[Math.min(posts, behaviours.length - 1)] ?? 'accepts';
    posts += 1;
    if (typeof behaviour === 'object') {
      return behaviour;
    }
    const received = vendor.receive(asReceived(request));
    return behaviour === 'accepts' ? received : 'timeout';
  };
  const world = aSendWorld({ replies: [response] });

  const message = aDeliveryMessage();
  const { tenantId, webhookId } = message;
  const { url, options, credentials } = behaviours.includes('loses its answer')
    ? aFilledInput(contract)
    : aScantInput(contract);
  const isUrlSecret = findFormat(contract.id)?.urlIsCredential === true;
  const value = { credentials, ...(isUrlSecret && { url }) };
  const secret = await world.secrets.create(tenantId, webhookId, 'v1', value);
  const shownUrl = isUrlSecret ? new URL(url).origin : url;
  const webhook = aWebhook({ url: shownUrl, format: { id: contract.id, options }, secret });
  world.store.webhooks.set(`${tenantId}#${webhookId}`, webhook);

  return {
    ...world,
    secretValues: [...Object.values(credentials), ...(isUrlSecret ? [url, new URL(url).pathname] : [])],
    /** Until the delivery has ended; answers the delays between its attempts in seconds. */
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

describe.each(FORMAT_CONTRACTS.map((contract) => [contract.id, contract] as const))(
  'a delivery to %s',
  (id, contract) => {
    const vendor = createVendors().find(({ formatId }) => formatId === id);

    it('is delivered at the first attempt to a destination that accepts it', async () => {
      const destination = await aDestination(contract, 'accepts');
      expect(await destination.deliver()).toEqual([]);
      expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 1 });
      expect(destination.row()?.attempts[0]).not.toHaveProperty('answer');
    });

    it("fails after four attempts, with the destination's own words on the log", async () => {
      const refusal = vendor?.refusal ?? { statusCode: 0, body: '' };
      const destination = await aDestination(contract, refusal);
      expect(await destination.deliver()).toHaveLength(3);
      expect(destination.row()).toMatchObject({
        status: 'failed',
        reason: 'exhausted',
        attempts: Array(4).fill({ statusCode: refusal.statusCode, response: refusal.body }),
      });
      expect(destination.queues.redriveMessages).toHaveLength(1);
    });

    it('waits as long as the destination asks, then is delivered', async () => {
      const limit = vendor?.limit ?? { statusCode: 0, body: '' };
      const destination = await aDestination(contract, limit, 'accepts');
      const [delay = 0, ...others] = await destination.deliver();
      expect(others).toEqual([]);
      const asked = OWN_WAITS[id] ?? Number(limit.headers?.['retry-after'] ?? 0);
      // Of the policy's own 30 seconds and the destination's wish the longer one counts, with up to a fifth on top.
      expect(delay).toBeGreaterThanOrEqual(Math.max(30, asked));
      expect(delay).toBeLessThanOrEqual(Math.ceil(Math.max(30, asked) * 1.2) + 1);
      expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 2 });
    });

    it.runIf(vendor?.falseSuccess)('does not believe a 2xx that means nothing', async () => {
      const destination = await aDestination(contract, vendor?.falseSuccess ?? 'accepts', 'accepts');
      expect(await destination.deliver()).toHaveLength(1);
      const attempts = [{ statusCode: vendor?.falseSuccess?.statusCode }, {}];
      expect(destination.row()).toMatchObject({ status: 'delivered', lastAttempt: 2, attempts });
    });

    it('is delivered once the answer arrives, if the destination had it before', async () => {
      const destination = await aDestination(contract, 'loses its answer', 'accepts');
      expect(await destination.deliver()).toHaveLength(1);
      expect(destination.row()).toMatchObject({ status: 'delivered', attempts: [{ error: 'timeout' }, {}] });
    });

    it('shows none of its secrets outside the request, even if they are echoed', async () => {
      const echo = await aDestination(contract, 'accepts');
      const body = `you sent ${echo.secretValues.join(' and ')}`;
      const destination = await aDestination(contract, { statusCode: 400, body });
      await destination.deliver();
      const { queues, telemetry, log, announcer, store } = destination;
      const seen = JSON.stringify([queues, telemetry, [...log.rows.values()], announcer, [...store.webhooks.values()]]);
      for (const secret of destination.secretValues) {
        expect(seen).not.toContain(JSON.stringify(secret).slice(1, -1));
      }
      expect(seen).toContain('you sent');
    });
  },
);
