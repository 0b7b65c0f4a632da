import { startServer } from '../../serve.ts'

/*
 * The whole control plane in a process of its own. Arguments: URL of the database, data directory, port. Says `listening`.
 */
const [url = '', data = '', port = '0'] = process.argv.slice(2)

await startServer({
  env: {},
  logFile: `${data}/server.log`,
  flags: { data, publicUrl: `http://localhost:${port}`, 'http.listen': `127.0.0.1:${port}`, 'database.url': url },
})
process.stdout.write('listening\n')
