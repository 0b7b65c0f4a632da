/** What a runner tells while it runs. */
export interface Report {
  pass(): void
  /** One line: the case, what was expected and what was got. */
  fail(name: string, detail: string): void
  /** What cannot be judged, counted by its reason. */
  skip(reason: string, count?: number): void
  /** A figure that is neither. */
  note(line: string): void
}

/** How much is run. */
export interface RunOptions {
  /** At most so many cases of each folder, spread evenly; undefined runs all. */
  readonly sample: number | undefined
  /** A server that runs, and a bearer that may do everything there: for what is played against one. */
  readonly url?: string | undefined
  readonly token?: string | undefined
  /** Calls what is tested in this process; undefined and false go over sockets, with an HTTP parser before it. */
  readonly inProcess?: boolean | undefined
}

/** Runs the data of one corpus, laid out as its origin lays it out, against our own code. */
export interface Runner {
  readonly title: string
  run(directory: string, options: RunOptions, report: Report): Promise<void>
}
