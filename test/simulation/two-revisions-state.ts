/** The shapes of an exploration of two revisions: what is given, what is left, and a state. */
import type { DeliveryRow } from '../../shared/delivery/delivery.ts';
import type { Lifecycle } from '../../shared/finding/lifecycle.ts';
import { aWebhook } from '../builders/webhook.ts';
import type { SeveralDeliveries } from './several-deliveries.ts';

export const WEBHOOK = aWebhook({ payloadVersion: 2, events: ['updated', 'resolved', 'reopened'] });

export interface TwoRevisions extends Partial<Left> {
  readonly later: Lifecycle['event'];
  readonly attemptLimit: number;
  /** What has become of the detection before; absent: both are on the queue. */
  readonly begins?: 'held' | 'waiting' | 'failed';
  /** What is returned comes back when a lease has ended, and not after seconds, of which nothing new comes. */
  readonly returnsAfterLease?: boolean;
  /** The webhook has a pace. */
  readonly isPaced?: boolean;
  /** A reconciler exists, though this scenario may not run it: what it would find is not lost. */
  readonly isReconciled?: boolean;
}

/** What may still go wrong, or be done by people, on the way from here. */
export interface Left {
  /** The receiver responds with 500; else with 200. */
  readonly failures: number;
  readonly crashes: number;
  readonly duplicates: number;
  readonly faults: number;
  readonly redrives: number;
  /** The webhook is disabled, or resumed. */
  readonly toggles: number;
  readonly handRetries: number;
  readonly reconciles: number;
  /** A turn is later than now. */
  readonly waits: number;
}

export interface State extends SeveralDeliveries {
  /** One that has postponed a row and not yet sent what is missing. */
  readonly reconciler?: { readonly row: DeliveryRow; readonly next: 'send' | 'mark' };
  readonly isDisabled: boolean;
  /** Revisions in the order in which the receiver got them. */
  readonly got: readonly number[];
  readonly left: Left;
}
