/** A queue has an ARN in the records that come by it, and a URL for those that call it. Both end with its name. */
export function queueName(arnOrUrl: string): string {
  return arnOrUrl.split(/[:/]/).at(-1) ?? '';
}
