import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/**
 * Gives an application a database and a role of its own on the PostgreSQL that Holdfast runs on. The role owns its
 * database and nothing else: it cannot read Holdfast's tables, and Holdfast's role is not in the application's hands.
 * @param adminUrl a role that may create databases and roles
 * @param name of both, lower-case letters, digits and underscores
 * @returns the URL to give to the application
 */
export async function ensureDatabase(adminUrl: string, name: string, password: string): Promise<string> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const role = escapeIdentifier(name)
    if (!(await exists(client, 'SELECT 1 FROM pg_roles WHERE rolname = $1', name))) {
      await client.query(`CREATE ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`)
    }
    await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${escapeLiteral(password)}`)
    if (!(await exists(client, 'SELECT 1 FROM pg_database WHERE datname = $1', name))) {
      await client.query(`GRANT ${role} TO CURRENT_USER`) // who is no superuser must be a member of the owner to make it
      await client.query(`CREATE DATABASE ${role} OWNER ${role}`)
      await client.query(`REVOKE CONNECT ON DATABASE ${role} FROM PUBLIC`)
    }
  } finally {
    await client.end()
  }
  return withRole(adminUrl, name, password)
}

async function exists(client: Client, question: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(question, [name])
  return rowCount === 1
}

/** Not by `URL`: a URL over a Unix socket has no host (`postgres://user:word@/db?host=...`), which `URL` refuses. */
function withRole(url: string, name: string, password: string): string {
  const parts = /^(postgres(?:ql)?:\/\/)(?:[^@/]*@)?([^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(url)
  if (parts === null) throw new TypeError('The URL of the database is none.')
  const [, scheme = '', host = '', query = ''] = parts
  return `${scheme}${name}:${encodeURIComponent(password)}@${host}/${name}${query}`
}
