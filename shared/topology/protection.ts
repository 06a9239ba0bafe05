/**
 * The template's parameter that says whether tables and accounts are protected from deletion. A parameter, because
 * CloudFormation remembers its value: a later deploy need not know what an operator has turned on.
 */
export const PROTECTION = { parameter: 'Protection', on: 'on', off: 'off' } as const;

/** The context of a synthesis that leaves out termination protection: `-c protection=off`. */
export const PROTECTION_CONTEXT = 'protection';
