import { startEmbedded } from '../../platform/database/embedded/cluster.ts'

// Owns an embedded PostgreSQL until it is killed: `node embedded.ts DATA`, prints its process id when it is there.
const cluster = await startEmbedded({ dataDir: process.argv[2] ?? '', durable: false })
console.log(cluster.pid)
setInterval(() => {}, 1_000)
