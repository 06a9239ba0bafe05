/** The CDK's entry for the suite's receiver alone: never a part of the service's own stack. */
import { App } from 'aws-cdk-lib';
import { ReceiverStack } from './receiver-stack.ts';

new ReceiverStack(new App(), 'Receiver');
