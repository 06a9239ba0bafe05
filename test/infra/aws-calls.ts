/**
 * Which AWS calls a function can make, read from its sources by the compiler: the methods of ports that its code calls, the
 * adapters that its `index.ts` wires, and the SDK commands that those methods' implementations can reach. What is found
 * is a little more than what happens (both branches of an `if`), never less.
 */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

export interface AwsCall {
  /** As IAM spells it. */
  readonly action: string;
  /** The environment variables that its adapter is told: what it may be made on. */
  readonly variables: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');

/** Batches of messages need the permission of the single action (SQS developer guide, "Amazon SQS API permissions"). */
const ACTION_OF_COMMAND: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const SERVICE_OF_CLIENT: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  eventbridge: 'events',
  'secrets-manager': 'secretsmanager',
  sesv2: 'ses',
  sqs: 'sqs',
};

type Callable = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

export function readAwsCalls() {
  const files = globSync('functions/*/**/*.ts', { cwd: ROOT }).map((file) => join(ROOT, file));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, ROOT);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();

  return {
    /** By the folder below `functions/`. */
    callsOf(name: string): readonly AwsCall[] {
      const index = program.getSourceFile(join(ROOT, 'functions', name, 'index.ts'));
      if (index === undefined) {
        throw new Error(`functions/${name} is not wired`);
      }
      const used = new Set([...codeOf(index)].flatMap(portMethodsIn));
      return wiringsIn(index).flatMap(({ factory, variables }) => {
        const members = checker
          .getReturnTypeOfSignature(signatureOf(factory))
          .getProperties()
          .filter((property) => property.declarations?.some((declaration) => used.has(declaration)));
        const actions = members.flatMap((member) => actionsOf(implementationOf(factory, member.name)));
        return [...new Set(actions)].map((action) => ({ action, variables }));
      });
    },
  };

  /** The function's own files and what they share with others, without the adapters: whatever speaks to ports. */
  function codeOf(source: ts.SourceFile, files = new Set<ts.SourceFile>()): ReadonlySet<ts.SourceFile> {
    if (files.has(source)) {
      return files;
    }
    files.add(source);
    for (const statement of source.statements.filter((node) => ts.isImportDeclaration(node))) {
      const imported = checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration?.getSourceFile();
      if (imported && isOurs(imported) && !isAdapter(imported)) {
        codeOf(imported, files);
      }
    }
    return files;
  }

  /** The declarations, in ports, of the methods that a file calls or takes out of a port. */
  function portMethodsIn(source: ts.SourceFile): readonly ts.Declaration[] {
    return nodesIn(source).flatMap((node) => {
      const symbol = ts.isPropertyAccessExpression(node)
        ? checker.getSymbolAtLocation(node.name)
        : ts.isBindingElement(node)
          ? checker.getTypeAtLocation(node.parent).getProperty((node.propertyName ?? node.name).getText())
          : undefined;
      return (symbol?.declarations ?? []).filter(
        (declaration) => ts.isMethodSignature(declaration) && isPort(declaration.getSourceFile().fileName),
      );
    });
  }

  /** The adapters that are made, each with the environment variables that it is given. */
  function wiringsIn(index: ts.SourceFile) {
    return nodesIn(index)
      .filter((node) => ts.isCallExpression(node))
      .flatMap((call) => {
        const factory = callableOf(call.expression);
        return factory !== undefined && isAdapter(factory)
          ? [{ factory, variables: call.arguments.flatMap((argument) => nodesIn(argument)).flatMap(variableName) }]
          : [];
      });
  }

  function signatureOf(callable: Callable): ts.Signature {
    const signature = checker.getSignatureFromDeclaration(callable);
    if (signature === undefined) {
      throw new Error(`${callable.name?.getText()} has no signature`);
    }
    return signature;
  }

  /** Where the object that the factory returns has its member, also if it takes it over from another factory's. */
  function implementationOf(factory: Callable, member: string): ts.Node {
    const returned = nodesIn(factory)
      .filter((node) => ts.isReturnStatement(node) && isOwnReturn(node, factory))
      .map((node) => (node as ts.ReturnStatement).expression)
      .find((expression) => expression !== undefined && ts.isObjectLiteralExpression(expression));
    for (const property of (returned as ts.ObjectLiteralExpression | undefined)?.properties ?? []) {
      if (ts.isSpreadAssignment(property) && ts.isCallExpression(property.expression)) {
        const other = callableOf(property.expression.expression);
        const type = checker.getTypeAtLocation(property.expression);
        if (other !== undefined && type.getProperty(member) !== undefined) {
          return implementationOf(other, member);
        }
      } else if (property.name?.getText() === member) {
        return property;
      }
    }
    throw new Error(`cannot find what ${factory.name?.getText()} returns as ${member}`);
  }

  /** Of everything that can be reached from here within the adapters. */
  function actionsOf(start: ts.Node, seen = new Set<ts.Node>()): string[] {
    if (seen.has(start)) {
      return [];
    }
    seen.add(start);
    return nodesIn(start).flatMap((node) => {
      if (!ts.isIdentifier(node)) {
        return [];
      }
      const action = actionOf(node);
      if (action !== undefined) {
        return [action];
      }
      const callable = callableOf(node);
      return callable !== undefined && isAdapter(callable) ? actionsOf(callable, seen) : [];
    });
  }

  /** `new GetItemCommand(…)` or `paginateQuery(…)` of an SDK client. */
  function actionOf(node: ts.Identifier): string | undefined {
    const { parent } = node;
    const isMade = (ts.isNewExpression(parent) || ts.isCallExpression(parent)) && parent.expression === node;
    const file = isMade ? declarationOf(node)?.getSourceFile().fileName : undefined;
    const [, client] = /@aws-sdk\/client-([a-z\d-]+)\//.exec(file ?? '') ?? [];
    const [, command] = /^(?:paginate)?([A-Z]\w*?)(?:Command)?$/.exec(node.text) ?? [];
    if (client === undefined || command === undefined || command.endsWith('Client')) {
      return undefined;
    }
    return `${SERVICE_OF_CLIENT[client] ?? client}:${ACTION_OF_COMMAND[command] ?? command}`;
  }

  function callableOf(expression: ts.Node): Callable | undefined {
    const declaration = declarationOf(expression);
    const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
    return value && isCallable(value) ? value : undefined;
  }

  function declarationOf(node: ts.Node): ts.Declaration | undefined {
    const symbol = checker.getSymbolAtLocation(node);
    const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return target?.valueDeclaration;
  }
}

function isCallable(node: ts.Node): node is Callable {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}

/** Not of a function inside. */
function isOwnReturn(node: ts.Node, factory: Callable): boolean {
  let parent = node.parent;
  while (!isCallable(parent)) {
    parent = parent.parent;
  }
  return parent === factory;
}

function isOurs(source: ts.SourceFile): boolean {
  return isBelow('functions', source.fileName) || isBelow('shared', source.fileName);
}

function isAdapter(node: ts.Node): boolean {
  return ADAPTER.test(relative(ROOT, node.getSourceFile().fileName));
}

function isPort(fileName: string): boolean {
  return PORT.test(relative(ROOT, fileName));
}

function isBelow(folder: string, fileName: string): boolean {
  return relative(ROOT, fileName).startsWith(`${folder}/`);
}

const PORT = /^shared\/.+\.port\.ts$/;
const ADAPTER = /^shared\/.+\.(dynamo|eventbridge|https|oauth|secrets-manager|ses|sqs|system|xray)\.ts$/;

/** Of the variables that name something in AWS; the others are numbers and rules. */
const NAMES_RESOURCE = /_(NAME|URL|SECRET|PREFIX)$/;

/** `env.NAME` */
function variableName(node: ts.Node): string[] {
  const isVariable = ts.isPropertyAccessExpression(node) && node.expression.getText() === 'env';
  return isVariable && NAMES_RESOURCE.test(node.name.text) ? [node.name.text] : [];
}

function nodesIn(start: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [start];
  ts.forEachChild(start, (child) => {
    nodes.push(...nodesIn(child));
  });
  return nodes;
}
