/** A command line that cannot be understood: told in one line, exit status 2. */
export class UsageError extends Error {
  readonly code = "usage";

  constructor(problem: string, remedy: string) {
    super(`${problem}. ${remedy}`);
    this.name = "UsageError";
  }
}
