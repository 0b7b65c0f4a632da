import { startServer } from '../../serve.ts'

/*
 * A further control plane on the same database. Arguments: the flags as JSON, the environment as JSON. Says
 * `listening <url>`, and stops when its standard input ends.
 */
const [flags = '{}', env = '{}'] = process.argv.slice(2)
const server = await startServer({ flags: JSON.parse(flags), env: JSON.parse(env) })
process.stdout.write(`listening ${server.url.replace('127.0.0.1', 'localhost')}\n`)
process.stdin.resume().once('end', () => {
  void server.stop().then(() => process.exit(0))
})
