/**
 * What a command was called with. Its options are read before it does anything, and a bad one is refused in one line that
 * says what is allowed.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import * as z from 'zod';
import {
  type DeliveryId,
  parseDeliveryId,
  parseTenantId,
  parseWebhookId,
  type TenantId,
  type WebhookId,
} from '../shared/runtime/ids.ts';

const ID = '1 to 64 letters, digits, underscores or hyphens';
const STAGE_NAME = /^[A-Za-z0-9-]{1,64}$/;
const HIGHEST_PORT = 65_535;

const instantSchema = z.iso.datetime({ offset: true });

/** As `parseArgs`, without positional arguments. */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
  args: readonly string[] = process.argv.slice(2),
) {
  return readArguments(options, args, false).values;
}

/** As `parseArgs`; `positionals` are those beside the options, if the command takes any. */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
  args: readonly string[] = process.argv.slice(2),
  allowPositionals = true,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    // Node goes on with advice on how to quote arguments.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\.(?:\s|$)|\n/);
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new Error(`${problem}. There are ${names.join(', ')}.`);
  }
}

/** For a command that takes no options: ends it with its help, or with what was wrong. */
export function endUnlessBare(usage: string): void {
  if (orEnd(() => readOptions({ help: { type: 'boolean', default: false } })).help) {
    console.log(usage);
    process.exit(0);
  }
}

/** For what is read while a command is loaded: a bad option ends it. */
export function orEnd<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

/** 0 stands for any free port. */
export function readPort(name: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  return port <= HIGHEST_PORT
    ? port
    : refuse(name, text, `a port: a whole number from 0 (any free one) to ${HIGHEST_PORT}`);
}

/** Of a port that another program has: with the option that names one. `listenOnLoopback` may say so in a thread, and then as text alone. */
export function namingOption(error: unknown, ports: Readonly<Record<string, number>>): unknown {
  const [, taken] = (error instanceof Error && /^Port (\d+) is in use/.exec(error.message)) || [];
  const [option] = Object.entries(ports).find(([, port]) => String(port) === taken) ?? [];
  return error instanceof Error && option !== undefined
    ? new Error(`${error.message} Name another one with --${option}, or leave the option out for a free one.`)
    : error;
}

export function readCount(name: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count > 0 && Number.isSafeInteger(count) ? count : refuse(name, text, 'a whole number from 1 up');
}

export function readOneOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  return words.find((word) => word === text) ?? refuse(name, text, `one of ${words.join(', ')}`);
}

export function readTenantId(name: string, text: string): TenantId {
  return parseTenantId(text) ?? refuse(name, text, `a tenant's id: ${ID}`);
}

export function readWebhookId(name: string, text: string): WebhookId {
  return parseWebhookId(text) ?? refuse(name, text, `a webhook's id: ${ID}`);
}

export function readDeliveryId(name: string, text: string): DeliveryId {
  return (
    parseDeliveryId(text) ??
    refuse(name, text, "a delivery's id: dlv_ and 1 to 60 letters, digits, underscores or hyphens")
  );
}

export function readStageName(name: string, text: string): string {
  return STAGE_NAME.test(text) ? text : refuse(name, text, "a stage's name: 1 to 64 letters, digits or hyphens");
}

/** Returns it as it was written. */
export function readInstant(name: string, text: string): string {
  const isInstant = instantSchema.safeParse(text).success;
  return isInstant ? text : refuse(name, text, 'an instant in ISO 8601 with a zone, such as 2026-11-23T00:00:00Z');
}

export function readText(name: string, text: string): string {
  return text.trim() === '' ? refuse(name, text, 'at least one character') : text;
}

export function required<Value>(
  read: (name: string, text: string) => Value,
  name: string,
  text: string | undefined,
): Value {
  if (text === undefined) {
    throw new Error(`--${name} is missing: see --help.`);
  }
  return read(name, text);
}

export function optional<Value>(
  read: (name: string, text: string) => Value,
  name: string,
  text: string | undefined,
): Value | undefined {
  return text === undefined ? undefined : read(name, text);
}

function refuse(name: string, text: string, allowed: string): never {
  throw new Error(`--${name} takes ${allowed}, not '${text}'.`);
}
