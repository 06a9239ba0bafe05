/**
 * The one exception that means "leave this message on the queue": something we depend on did not do its part.
 * Adapters throw it, with the cause kept; handlers turn it into a batch item failure, which consumes no attempt.
 */
export class DependencyUnavailable extends Error {
  override readonly name = 'DependencyUnavailable';
  readonly dependency: Dependency;

  constructor(dependency: Dependency, operation: string, cause: unknown) {
    super(`${dependency} did not ${operation}`, { cause });
    this.dependency = dependency;
  }
}

export type Dependency =
  | 'config-table'
  | 'delivery-log'
  | 'event-bus'
  | 'mail-service'
  | 'network'
  | 'queue'
  | 'secret-store';
