import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Where the command was typed: all that commands see of the process. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** A person sits there who can answer. */
  readonly interactive: boolean
  out(text: string): void
  error(text: string): void
  /** One line; empty when the person ended the input. */
  ask(question: string): Promise<string>
  /** One line that is not shown as it is typed. */
  secret(question: string): Promise<string>
  stdin(): Promise<string>
}

export function processTerminal(): Terminal {
  // `holdfast log tail --follow | head`: whoever read has gone, and that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    env: process.env,
    cwd: process.cwd(),
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    out: (line) => void process.stdout.write(line),
    error: (line) => void process.stderr.write(line),
    ask: (question) => readLine(question, true),
    secret: (question) => readLine(question, false),
    stdin: () => text(process.stdin),
  }
}

// Questions go to stderr, so that stdout stays what it is for: the answer, for a pipe.
async function readLine(question: string, shown: boolean): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: shown ? process.stderr : silent, terminal: true })
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    return await Promise.race([lines.question(''), closed])
  } finally {
    lines.close()
    if (!shown) process.stderr.write('\n')
  }
}
