/** SQS messages as Lambda's event source mapping hands them to a function. */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

/** In SQS's JSON, where bytes are in base64. */
export type ReceivedMessage = Omit<Message, 'MessageAttributes'> & {
  readonly MessageAttributes?: Readonly<Record<string, ReceivedAttribute>>;
};

type ReceivedAttribute = Pick<MessageAttributeValue, 'DataType' | 'StringValue'> & { readonly BinaryValue?: string };

export interface EventSource {
  readonly arn: string;
  readonly region: string;
}

export function toSqsEvent(messages: readonly ReceivedMessage[], source: EventSource): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, source)) };
}

function toRecord(message: ReceivedMessage, source: EventSource): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: toAttributes(message.Attributes ?? {}),
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toMessageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: source.arn,
    awsRegion: source.region,
  };
}

/** Whatever the queue said, `MessageGroupId` among it; the four that every record has are named for the type's sake. */
function toAttributes(attributes: Readonly<Record<string, string>>): SQSRecordAttributes {
  return {
    ...attributes,
    ApproximateReceiveCount: attributes['ApproximateReceiveCount'] ?? '1',
    SentTimestamp: attributes['SentTimestamp'] ?? '',
    SenderId: attributes['SenderId'] ?? '',
    ApproximateFirstReceiveTimestamp: attributes['ApproximateFirstReceiveTimestamp'] ?? '',
  };
}

function toMessageAttribute({ DataType, StringValue, BinaryValue }: ReceivedAttribute): SQSMessageAttribute {
  return {
    dataType: DataType ?? 'String',
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
  };
}
