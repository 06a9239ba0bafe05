/** Every difference between stages. What all stages share is in the constructs; nothing else may ask for a stage's name. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PRODUCTION_REQUESTS_PER_MINUTE, PRODUCTION_THROTTLING } from '../shared/topology/api-limits.ts';
import { type MappedQueue, PRODUCTION_CONCURRENCY } from '../shared/topology/mappings.ts';
import { PRODUCTION_RETRY } from '../shared/topology/retry-policies.ts';

/** Who may put findings on the bus: all that IAM allows in this account, all that another account allows, or one role. */
export type Publisher =
  | 'this-account'
  | { readonly accountId: string }
  | { readonly roleArn: `arn:${string}:iam::${string}:role/${string}` };

export interface OwnBus {
  readonly kind: 'own';
  readonly publishers: readonly [Publisher, ...Publisher[]];
  /** For so long findings can be replayed, 1-30: never longer than the delivery log knows what became of them. */
  readonly archiveDays: number;
}

/**
 * A bus in the same account and region with another owner. The owner must let this stack's deployment put a rule
 * on it, and decides by its policy who may publish: we neither see nor change that policy.
 */
export interface ImportedBus {
  readonly kind: 'imported';
  readonly busName: string;
}

/** What tenants and their pages may ask of the configuration API. */
export interface ApiSettings {
  readonly webhooksPerTenant: number;
  /** For each tenant. A test send waits for the receiver, up to 10 s. */
  readonly testSendsPerMinute: number;
  /** For each tenant, over all its users and programs; the API returns 429 beyond. */
  readonly requestsPerMinute: number;
  /**
   * Invocations of `api` at once, which it then has for itself and never more than; absent: what the account has left. An account
   * keeps 100 for functions without a number, so a new one, with 10 in all, can give none.
   */
  readonly reservedConcurrency?: number;
  /**
   * Over all tenants; API Gateway returns 429 beyond, to everyone: many tenants' limits, so that no one tenant comes near
   * it. A tenth of it is for the public description.
   */
  readonly throttling: { readonly ratePerSecond: number; readonly burst: number };
  /** Pages whose scripts may call the API; empty: no page of another origin may. */
  readonly allowedOrigins: readonly HttpsUrl[];
}

/** Such as 2026-11-23. */
export type IsoDate = `${number}-${number}-${number}`;

/** Addresses, or blocks of them, that come or go on a day. */
export interface EgressChange {
  readonly announced: IsoDate;
  readonly date: IsoDate;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export type HttpsUrl = `https://${string}`;

/** Accounts in a user pool of the stage's own. */
export interface CognitoIdentity {
  readonly kind: 'cognito';
  /** Where a browser is sent back to with its authorization code, besides the stage's own console. */
  readonly callbackUrls: readonly HttpsUrl[];
  /** A second factor for each account. `required`: Cognito's pages ask for it to be set up at the first sign-in. */
  readonly authenticatorApp: 'required' | 'off';
}

/** Accounts of an issuer outside this stack. The system that fills these claims decides who is who here. */
export interface OidcIdentity {
  readonly kind: 'oidc';
  /** As tokens have it in `iss`, to the letter. API Gateway reads `/.well-known/openid-configuration` below it. */
  readonly issuerUrl: HttpsUrl;
  /** What tokens for this API have in `aud`, or in `client_id`. */
  readonly audience: readonly [string, ...string[]];
  /** Claim with the tenant's id. Users must not be able to change it. */
  readonly tenantClaim: string;
  /** Claim that lists `webhooks-read` and `webhooks-write`. */
  readonly permissionsClaim: string;
  /** What the stage's own console signs in as, needed where there is one: a public client, whose tokens `audience` takes. */
  readonly pages?: {
    readonly clientId: string;
    /** What brings the claims named above into its ID token; `openid` among it. */
    readonly scope: string;
    /** Of the issuer and of its token endpoint: all that the console's page may connect to besides its own origin. */
    readonly signInOrigins: readonly HttpsUrl[];
  };
}

/** The page for tenants' administrators. */
export interface ConsoleSettings {
  /** A name of your own and its certificate, which CloudFront takes from us-east-1; absent: a name of CloudFront's. */
  readonly domain?: { readonly name: string; readonly certificateArn: `arn:${string}:acm:us-east-1:${string}` };
}

/** Who notices by e-mail come from (docs/deploying.md, "Notices by e-mail"). */
export interface NoticeMailSettings {
  /** The address alone; the name before it is ours. */
  readonly from: `${string}@${string}`;
  /** What SES has verified: the address, or its domain. */
  readonly identity: string;
  /** Where SES has it; absent: where the stack is. */
  readonly region?: string;
  /** Of SES, for what becomes of the mails; absent: the identity's own, or none. */
  readonly configurationSet?: string;
}

/** For operators who subscribe to the topic by other means: `none, because PagerDuty subscribes to the topic`. */
export type AlarmEmail = `${string}@${string}` | `${typeof NO_MAILBOX}${string}`;

const NO_MAILBOX = 'none, because ';

interface StageSettings {
  readonly name: string;
  readonly findingsBus: OwnBus | ImportedBus;
  readonly retry: Readonly<typeof PRODUCTION_RETRY>;
  readonly identity: CognitoIdentity | OidcIdentity;
  readonly api: ApiSettings;
  /** `false` for a team with a front end of its own, which then needs `callbackUrls` and `allowedOrigins`. */
  readonly console: ConsoleSettings | false;
  /**
   * After so many hours without a single finding an alarm rings, 1-24: longer than the publisher's quietest stretch. `false`
   * where findings come now and then.
   */
  readonly findingSilenceHours: number | false;
  /**
   * Fixed addresses towards receivers, by so many NAT gateways, each in a zone of its own; absent: Lambda's own, which
   * change. Costs about $33 a month for each.
   */
  readonly staticEgress?: {
    readonly natGateways: 1 | 2 | 3;
    /** The day from which on they are these: `/v1/addresses.json` says it to firewalls. */
    readonly since: IsoDate;
    /** Notice of a change, in that document from the deploy on: at least two weeks before its date. */
    readonly change?: EgressChange;
  };
  /**
   * Pollers of a queue that are ready all the time, 2-200; absent: Lambda adds five invocations a second while messages wait. Each
   * poller takes ten invocations at once, and costs about $6.75 a month; `concurrency` then says nothing of that queue. 25 for
   * `delivery` are what the first seconds of an outage of many receivers need (docs/fairness.md).
   */
  readonly pollers?: Partial<Readonly<Record<MappedQueue, number>>>;
  /** Invocations at once per queue, 2-1000; each handles up to ten messages, of the retry queue up to 50. */
  readonly concurrency: Readonly<Record<MappedQueue, number>>;
  readonly logRetention: RetentionDays;
  /** Receives the alarms once it has confirmed, or why none does. A `keep` stage is not synthesised without it. */
  readonly alarmEmail?: AlarmEmail;
  /**
   * Whether an internal tenant's finding goes the whole way every five minutes, to a receiver of the stage's own. Needs
   * `this-account` among the publishers, or an imported bus whose owner lets the canary put findings.
   */
  readonly canary: boolean;
  /**
   * Whether a release gives the new version of each function a tenth of its invocations for 15 minutes, and takes it back if
   * it fails. The other way is all at once, as with the first deploy.
   */
  readonly gradualRelease: boolean;
  /**
   * Notices by e-mail, from a sender that SES has verified in this account; absent: tenants have no such choice, and nothing is
   * deployed for it. Needs the console, to whose pages the links of the mails lead.
   */
  readonly noticeMail?: NoticeMailSettings;
  /** X-Ray's: about one invocation a second of each function and 5 % of the rest, at $5 for a million traces. */
  readonly tracing: boolean;
  /**
   * How long Lambda collects a batch from the findings and the delivery queue, 0-300. Fuller batches cost less at a low rate;
   * each of the two waits may take that long.
   */
  readonly batchingWindowSeconds: number;
  /** An account's month, of what the stage's tag is on: a mail at 80 % and at the whole, to the stage's mailbox. */
  readonly monthlyBudgetDollars: number | false;
  /**
   * `keep`: tables, accounts and the cursor key outlive the stack; tables restore to any second of 35 days; once protected,
   * neither they nor the accounts can be deleted by one call.
   */
  readonly dataOnDelete: 'keep' | 'destroy';
  /** Names of tables that `npm run ops -- restore` made, in place of the stage's own, which stay. */
  readonly restoredTables?: { readonly config?: string; readonly deliveryLog?: string };
}

/** Sends to customers: public addresses and public certificate authorities only, with no way to say otherwise. */
export interface LiveStage extends StageSettings {
  readonly kind: 'live';
}

/** Sends to receivers of a test, which live on addresses and under certificates that no other stage may use. */
export interface TestStage extends StageSettings {
  readonly kind: 'test';
  readonly allowedCidrs: readonly string[];
  /** PEM; empty if the public roots suffice. */
  readonly extraCaPem: string;
  /** Whether Cognito gives tokens for a password sent as it is (USER_PASSWORD_AUTH), so that a test needs no SRP. */
  readonly passwordSignIn: boolean;
}

export type Stage = LiveStage | TestStage;

/**
 * A bare `cdk deploy` means production. Forgetting `-c stage` then costs a stack that is hard to delete; were the
 * default a throw-away stage, it would cost the data of a team that took it for the real one.
 */
export const DEFAULT_STAGE = 'production';

/** What the test stages take from the shell that runs the CDK; live stages take nothing. */
interface SynthEnvironment {
  readonly EXTRA_CA_PEM?: string | undefined;
}

export function createStages(environment: SynthEnvironment) {
  const production: LiveStage = {
    name: 'production',
    kind: 'live',
    findingsBus: { kind: 'own', publishers: ['this-account'], archiveDays: 30 },
    retry: PRODUCTION_RETRY,
    identity: { kind: 'cognito', callbackUrls: [], authenticatorApp: 'required' },
    api: {
      webhooksPerTenant: 50,
      testSendsPerMinute: 10,
      requestsPerMinute: PRODUCTION_REQUESTS_PER_MINUTE,
      throttling: PRODUCTION_THROTTLING,
      allowedOrigins: [],
    },
    console: {},
    // Every tenant's platforms are synchronised several times a day.
    findingSilenceHours: 24,
    canary: true,
    gradualRelease: false,
    tracing: false,
    batchingWindowSeconds: 0,
    monthlyBudgetDollars: 200,
    concurrency: PRODUCTION_CONCURRENCY,
    // As long as the delivery log keeps a delivery.
    logRetention: RetentionDays.ONE_MONTH,
    dataOnDelete: 'keep',
  };
  const staging: LiveStage = {
    ...production,
    name: 'staging',
    findingsBus: { kind: 'own', publishers: ['this-account'], archiveDays: 7 },
    identity: { kind: 'cognito', callbackUrls: [], authenticatorApp: 'off' },
    findingSilenceHours: false,
    canary: false,
    monthlyBudgetDollars: false,
    concurrency: { findings: 2, delivery: 10, retry: 5, mails: 2 },
    logRetention: RetentionDays.TWO_WEEKS,
    dataOnDelete: 'destroy',
  };
  const e2e: TestStage = {
    ...staging,
    name: 'e2e',
    kind: 'test',
    findingsBus: { kind: 'own', publishers: ['this-account'], archiveDays: 1 },
    // The emulator has no CloudFront that serves.
    console: false,
    // Four attempts in 21 s and their jitter, so that a test can wait for the last.
    retry: { ...PRODUCTION_RETRY, baseSeconds: 1 },
    logRetention: RetentionDays.ONE_DAY,
    allowedCidrs: ['127.0.0.0/8', '::1/128'],
    extraCaPem: environment.EXTRA_CA_PEM ?? '',
    passwordSignIn: true,
  };
  // So that a test can see two stages in one account.
  const beside: TestStage = { ...e2e, name: 'beside' };
  return { production, staging, e2e, beside };
}

/** The stage with its mailbox: what the synthesis was given before what the stage says. Otherwise why it has none. */
export function withMailbox(stage: Stage, given: unknown): Stage | { readonly refusal: string } {
  const alarmEmail = given ?? stage.alarmEmail;
  if (alarmEmail === undefined && stage.dataOnDelete === 'destroy') {
    return stage;
  }
  if (typeof alarmEmail === 'string' && isAlarmEmail(alarmEmail)) {
    return { ...stage, alarmEmail };
  }
  return {
    refusal: `The alarms of stage "${stage.name}" reach no person. Give a mailbox with -c alarmEmail=ADDRESS, or as alarmEmail of the stage, or say there why it needs none: "${NO_MAILBOX}…".`,
  };
}

/** Whether this synthesis is of a release that is not gradual although its stage's are. */
export function asksAtOnce(given: unknown): boolean | { readonly refusal: string } {
  if (given === undefined || given === 'at-once') {
    return given === 'at-once';
  }
  return { refusal: `There is no release "${given}". -c release=at-once leaves out the gradual shift of the stage.` };
}

/** The address, unless the stage says why it has none. */
export function mailboxOf({ alarmEmail }: Stage): string | undefined {
  return alarmEmail?.startsWith(NO_MAILBOX) ? undefined : alarmEmail;
}

function isAlarmEmail(text: string): text is AlarmEmail {
  return text.startsWith(NO_MAILBOX) ? text.length > NO_MAILBOX.length : /^[^@\s]+@[^@\s]+$/.test(text);
}

/** Undefined for a name that is no stage. */
export function findStage(name: string, environment: SynthEnvironment): Stage | undefined {
  return Object.values<Stage>(createStages(environment)).find((stage) => stage.name === name);
}

export function stageNames(): string[] {
  return Object.keys(createStages({}));
}
