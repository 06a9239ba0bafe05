/** The messages of a batch that stay on their queue. */

export interface ReturnedMessage {
  /** The queue's ARN, as the record has it. */
  readonly queueArn: string;
  readonly receiptHandle: string;
  /** Whole seconds. */
  readonly delaySeconds: number;
}

export interface ReturnedMessages {
  /** Has messages of one queue come back after their delays. What is not taken comes back with the queue's own timeout. */
  showAgain(messages: readonly ReturnedMessage[]): Promise<void>;
}
