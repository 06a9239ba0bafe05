/** How often one address is asked to confirm, over all tenants, so that the service cannot be made to write to strangers. */
export interface ConfirmationBudget {
  /**
   * Takes one request to the address, if `ADDRESS_ASKING` leaves one: undefined. Else the moment from which there is one, epoch
   * milliseconds. `addressKey` names the address without being it.
   */
  take(addressKey: string, nowMillis: number): Promise<number | undefined>;
}
