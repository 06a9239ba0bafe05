/** Loaded before a program (`node --import`) that has no business on the network: whatever it tries to reach, it fails. */
import { Socket } from 'node:net';

Socket.prototype.connect = () => {
  throw new Error('This program must not use the network.');
};
