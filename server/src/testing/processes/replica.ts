import { startServer } from '../../serve.ts'

/*
 * A further control plane on the same database. Arguments: the flags as JSON, the environment as JSON, and where it logs
 * (standard output, when not said). Says `listening <url>`, sealed or not, or `refused <why>`, and stops when its standard
 * input ends.
 */
const [flags = '{}', env = '{}', logFile] = process.argv.slice(2)
const server = await startServer({
  flags: JSON.parse(flags),
  env: JSON.parse(env),
  ...(logFile !== undefined && { logFile }),
}).catch((error: unknown) => {
  process.stdout.write(`refused ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}\n`)
  process.exit(1)
})
process.stdout.write(`listening ${server.url.replace('127.0.0.1', 'localhost')}\n`)
process.stdin.resume().once('end', () => {
  void server.stop().then(() => process.exit(0))
})
