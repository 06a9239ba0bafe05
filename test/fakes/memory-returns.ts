import type { ReturnedMessage, ReturnedMessages } from '../../shared/delivery/returned-messages.port.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';

/** What was returned, and how long it is hidden. */
export class MemoryReturns implements ReturnedMessages {
  readonly returned: ReturnedMessage[] = [];
  shut = false;

  async showAgain(messages: readonly ReturnedMessage[]): Promise<void> {
    if (this.shut) {
      throw new DependencyUnavailable('queue', 'show messages again', new Error('shut by the test'));
    }
    this.returned.push(...messages);
  }
}
