/** The file that the lines of one function go to, fresh with every start of the system. */
import { createWriteStream, openSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

export interface FunctionLog {
  /** What is said after `close` is lost. */
  write(line: string): void;
  close(): void;
}

/** Throws, in words, if the file cannot be made; `onFailure` hears of it if it cannot be written later. */
export function openFunctionLog(folder: string, name: string, onFailure: (error: Error) => void): FunctionLog {
  const file = join(folder, `${name}.log`);
  const stream = createWriteStream(file, { fd: openFile(folder, file) });
  stream.on('error', (error) => onFailure(cannotWrite(file, error)));
  return {
    write(line) {
      if (!stream.writableEnded) {
        stream.write(`${line}\n`);
      }
    },
    close: () => void stream.end(),
  };
}

function openFile(folder: string, file: string): number {
  try {
    makeFolder(folder);
    return openSync(file, 'w');
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : error;
  return new Error(`The log ${file} cannot be written (${code}). Make room for it, or name another folder.`);
}
