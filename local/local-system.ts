/** The whole service on one machine: AWS's part, the functions in processes of their own, who may call, and a receiver. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoManifestSchedules } from '../shared/delivery/manifest-schedules.dynamo.ts';
import type { MappedQueue } from '../shared/topology/mappings.ts';
import { secretPrefix } from '../shared/topology/physical-names.ts';
import { createSecretsManagerSecretStore } from '../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../shared/webhook/webhook-store.dynamo.ts';
import { createCursorKey } from './aws/cursor-key.ts';
import { type HttpApi, startHttpApi } from './aws/http-api-stand-in.ts';
import { createJwtAuthorizer } from './aws/jwt-authorizer.ts';
import {
  LOCAL_ACCOUNT,
  LOCAL_REGION,
  LOCAL_STAGE,
  type LocalAws,
  type LocalAwsOptions,
  localClientSettings,
  startLocalAws,
} from './aws/local-aws.ts';
import { type SesStandIn, type StoredMail, startSesStandIn } from './aws/ses-stand-in.ts';
import { createSqsCalls, type SqsCalls } from './aws/sqs-calls.ts';
import type { WebhookStores } from './connect-webhook.ts';
import { type ConsoleServer, startConsoleServer } from './console/console-server.ts';
import {
  apiEnvironment,
  dispatchEnvironment,
  LOCAL_MAIL_IDENTITY,
  mailEnvironment,
  reconcileEnvironment,
  sendEnvironment,
} from './functions/environments.ts';
import { type RunningMapping, startMapping } from './functions/event-source-mapping.ts';
import { type FunctionSettings, type HostedFunction, hostFunction } from './functions/function-host.ts';
import { queueMapping } from './functions/queue-mapping.ts';
import { startSchedule } from './functions/schedule.ts';
import { PERMISSIONS_CLAIM, TENANT_CLAIM } from './identity/cognito-claims.ts';
import { DEMO_USERS } from './identity/local-user.ts';
import { type OidcIssuer, startOidcIssuer } from './identity/oidc-issuer.ts';
import { makeReceiverCertificate } from './receiver/certificate.ts';
import { type DemoReceiver, type ReceivedRequest, startDemoReceiver } from './receiver/demo-receiver.ts';
import type { StackDescription } from './stack-file.ts';

export interface LocalSystemOptions {
  /** Of the AWS endpoint, the API, the console and the receiver; 0 takes a free one. */
  readonly awsPort?: number;
  readonly apiPort?: number;
  readonly consolePort?: number;
  readonly receiverPort?: number;
  /** As `buildConsole` left it, or hot from its sources; none unless a person wants to look at it. */
  readonly console?: 'built' | 'hot';
  readonly logsFolder: string;
  /** Sends notices by e-mail, to a mailbox that takes all of them; absent: as a stage without a sender. */
  readonly mail?: { readonly onMail?: (mail: StoredMail) => void };
  readonly onRequest?: (request: ReceivedRequest) => void;
  /** Every line that a function logs. */
  readonly onFunctionLine?: (line: string) => void;
  readonly aws?: LocalAwsOptions;
}

export interface LocalClients {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly eventBridge: EventBridgeClient;
}

export interface LocalSystem {
  readonly description: StackDescription;
  readonly receiver: DemoReceiver;
  readonly stores: WebhookStores;
  /** All that was sent by e-mail. */
  readonly mails: readonly StoredMail[];
  /** Gives out tokens for the API, for users of any tenant. */
  readonly issuer: OidcIssuer;
  readonly clients: LocalClients;
  readonly functions: {
    readonly dispatch: HostedFunction;
    readonly send: HostedFunction;
    /** Another process of `send`, for the retry queue: Lambda gives each invocation one. */
    readonly sendRetries: HostedFunction;
    readonly reconcile: HostedFunction;
    readonly api: HostedFunction;
  };
  /** Resolves if a part of the system stays down: with what is wrong, where, and what to do. The rest still runs. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}

/** Where the local sender may go besides the public Internet; seeding goes by the same rule. */
export const LOCAL_ALLOWED_CIDRS = '127.0.0.0/8,::1/128';

/** Production's five minutes would be longer than a person watches. */
const RECONCILE_EVERY_MILLIS = 30_000;

export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const stops: (() => Promise<void>)[] = [];
  // The last started stops first: functions before the queues they poll.
  const stopAll = async () => {
    for (const stopOne of stops.reverse()) {
      await stopOne();
    }
  };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopAll();
    return stopped;
  };
  const host = async (settings: FunctionSettings) => {
    const hosted = await hostFunction(settings);
    stops.push(hosted.stop);
    return hosted;
  };
  try {
    const certificate = await makeReceiverCertificate();
    const aws = await startLocalAws(options.awsPort ?? 0, { threads: 'apart', ...options.aws });
    stops.push(aws.stop);
    const receiver = await startDemoReceiver({
      certificate,
      port: options.receiverPort ?? 0,
      onRequest: options.onRequest ?? (() => {}),
    });
    stops.push(receiver.stop);
    const common = {
      endpointUrl: aws.endpointUrl,
      direct: aws.direct,
      logsFolder: options.logsFolder,
      onLine: options.onFunctionLine ?? (() => {}),
    };
    const settings = localClientSettings(aws.endpointUrl);
    const secretsManager = new SecretsManagerClient(settings);
    const cursorKeySecret = await createCursorKey(secretsManager);
    const inside = { ...aws, queues: aws.direct.queues };
    const sendsMail = options.mail !== undefined;
    const reach = { allowedCidrs: LOCAL_ALLOWED_CIDRS, extraCaPem: certificate.cert };
    const starting = [
      host({ ...common, folder: 'dispatch', environment: dispatchEnvironment(inside) }),
      host({ ...common, folder: 'send', environment: sendEnvironment(inside, reach) }),
      host({ ...common, folder: 'send', name: 'send-retries', environment: sendEnvironment(inside, reach) }),
      host({ ...common, folder: 'reconcile', environment: reconcileEnvironment(inside) }),
      host({ ...common, folder: 'api', environment: apiEnvironment(inside, reach, { cursorKeySecret, sendsMail }) }),
    ] as const;
    // Only what has started can be stopped: if one fails, the others are waited for.
    await Promise.allSettled(starting);
    const [dispatch, send, sendRetries, reconcile, api] = await Promise.all(starting);
    stops.push(startSchedule(reconcile, RECONCILE_EVERY_MILLIS));
    const issuer = await startOidcIssuer();
    stops.push(issuer.stop);
    const httpApi = await exposeApi(api, issuer, options.apiPort ?? 0);
    stops.push(httpApi.stop);
    const consoleServer = await serveConsole(options, httpApi, issuer);
    stops.push(async () => consoleServer?.stop());
    const ses = options.mail && (await startSesStandIn({ identity: LOCAL_MAIL_IDENTITY, ...options.mail }));
    stops.push(async () => ses?.stop());
    const consoleUrl = consoleServer?.consoleUrl ?? httpApi.apiUrl;
    const mail =
      ses && (await host(mailSettings(common, ses, mailEnvironment(inside, { cursorKeySecret, consoleUrl }))));
    const clients = {
      dynamo: new DynamoDBClient(settings),
      sqs: new SQSClient(settings),
      eventBridge: new EventBridgeClient(settings),
    };
    const queues = createSqsCalls(aws.direct.sqsUrl);
    stops.push(async () => queues.close());
    const mappings = [
      mapQueue(inside, 'findings', queues, dispatch),
      mapQueue(inside, 'delivery', queues, send),
      mapQueue(inside, 'retry', queues, sendRetries),
      ...(mail ? [mapQueue(inside, 'mails', queues, mail)] : []),
    ];
    // Together: an invocation under way ends when its process does, and what it answered is still deleted.
    stops.push(async () => {
      const settled = Promise.all(mappings.map((mapping) => mapping.stop()));
      await Promise.all([dispatch.stop(), send.stop(), sendRetries.stop(), mail?.stop(), httpApi.stop(), api.stop()]);
      await settled;
    });
    return {
      description: {
        pid: process.pid,
        awsEndpointUrl: aws.endpointUrl,
        region: LOCAL_REGION,
        account: LOCAL_ACCOUNT,
        findingsBus: aws.findingsBus,
        tables: aws.tables,
        queues: aws.queues,
        apiUrl: httpApi.apiUrl,
        ...(consoleServer && { consoleUrl: consoleServer.consoleUrl }),
        issuerUrl: issuer.issuerUrl,
        clientId: issuer.clientId,
        tokens: {
          acme: await issuer.issueIdToken(DEMO_USERS.acme),
          globex: await issuer.issueIdToken(DEMO_USERS.globex),
        },
        receiverUrl: receiver.url,
        receiverCert: certificate.cert,
        receiverKey: certificate.key,
        logs: options.logsFolder,
      },
      receiver,
      mails: ses?.mails ?? [],
      stores: {
        webhooks: createDynamoWebhookStore(clients.dynamo, aws.tables.config),
        manifests: createDynamoManifestSchedules(clients.dynamo, aws.tables.deliveryLog),
        secrets: createSecretsManagerSecretStore(secretsManager, secretPrefix(LOCAL_STAGE)),
      },
      issuer,
      clients,
      functions: { dispatch, send, sendRetries, reconcile, api },
      failure: Promise.race([aws, dispatch, send, sendRetries, reconcile, api].map(({ failure }) => failure)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mailSettings(
  common: Omit<FunctionSettings, 'folder' | 'environment'>,
  { endpointUrl }: SesStandIn,
  environment: Readonly<Record<string, string>>,
): FunctionSettings {
  return { ...common, folder: 'mail', environment: { ...environment, AWS_ENDPOINT_URL_SESV2: endpointUrl } };
}

async function exposeApi(hosted: HostedFunction, { issuerUrl, clientId }: OidcIssuer, port: number): Promise<HttpApi> {
  return startHttpApi({
    port,
    account: LOCAL_ACCOUNT,
    authorize: await createJwtAuthorizer({ issuerUrl, audience: [clientId] }),
    invoke: hosted.invoke,
    report: (problem, error) => hosted.note(JSON.stringify({ level: 'ERROR', problem, error: String(error) })),
  });
}

async function serveConsole(
  { console: kind, consolePort = 0, mail }: LocalSystemOptions,
  { apiUrl }: HttpApi,
  { issuerUrl, clientId }: OidcIssuer,
): Promise<ConsoleServer | undefined> {
  return kind === undefined
    ? undefined
    : startConsoleServer({
        port: consolePort,
        apiUrl,
        environment: {
          issuerUrl,
          clientId,
          scope: 'openid',
          tenantClaim: TENANT_CLAIM,
          permissionsClaim: PERMISSIONS_CLAIM,
          ...(mail && { sendsMail: true }),
        },
        isHot: kind === 'hot',
      });
}

function mapQueue(
  aws: Pick<LocalAws, 'queues'>,
  name: MappedQueue,
  sqs: SqsCalls,
  hosted: HostedFunction,
): RunningMapping {
  return startMapping(queueMapping(aws, name), {
    sqs,
    whenUp: hosted.whenUp,
    hasTime: hosted.hasTime,
    invoke: hosted.invoke,
    report: (problem, error) =>
      hosted.note(JSON.stringify({ level: 'ERROR', queue: name, problem, error: String(error) })),
  });
}
