import { usage } from '../failure.ts'

/** A person with the hash of their password, as `POST /api/v1/passwords/import` takes them. */
export interface ImportedPerson {
  readonly id?: string
  readonly email?: string
  readonly name?: string
  readonly passwordHash: string
}

export const fileFormats = ['lines', 'firebase', 'keycloak'] as const
export type FileFormat = (typeof fileFormats)[number]

type Members = Readonly<Record<string, unknown>>

/** What another system wrote, and how many people in it have no password hash. */
export interface ReadPeople {
  readonly people: readonly ImportedPerson[]
  readonly without: number
}

/**
 * @param parameters of a Firebase project, as its console shows them: `algorithm`, `base64_signer_key`,
 * `base64_salt_separator`, `rounds`, `mem_cost`
 * @throws Failure when the text is not of the format
 */
export function readPeople(text: string, format: FileFormat, parameters?: string): ReadPeople {
  if (format === 'firebase') return people(firebase(text, parameters))
  return people(format === 'keycloak' ? keycloak(text) : lines(text))
}

function people(found: readonly (ImportedPerson | undefined)[]): ReadPeople {
  const given = found.filter((person) => person !== undefined)
  return { people: given, without: found.length - given.length }
}

const member = (of: Members, ...names: readonly string[]): string | undefined => {
  const found = names.map((name) => of[name]).find((value) => typeof value === 'string' && value !== '')
  return found as string | undefined
}

/** Who is meant: what is not said is left out. */
function person(of: Members, passwordHash: string): ImportedPerson {
  const [id, email, name] = [member(of, 'id'), member(of, 'email'), member(of, 'name', 'displayName')]
  const who = email === undefined ? (id === undefined ? {} : { id }) : { email }
  return { ...who, ...(name !== undefined && { name }), passwordHash }
}

/** One JSON object a line, or an array, or `{"people": [...]}`: our own export, Auth0's, anybody's. */
function lines(text: string): (ImportedPerson | undefined)[] {
  const whole = json(text)
  const values =
    whole === undefined
      ? text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ value: json(line), at: at + 1 }]))
      : listOf(whole, 'people', 'users').map((value, at) => ({ value, at: at + 1 }))
  return values.map(({ value, at }) => {
    if (!isMembers(value)) throw usage(`Entry ${at} of the file is no JSON object.`)
    const hash = member(value, 'passwordHash', 'password_hash')
    return hash === undefined ? undefined : person(value, hash)
  })
}

/** `firebase auth:export users.json`: hashes by Firebase's scrypt, whose parameters stand in its console alone. */
function firebase(text: string, parameters: string | undefined): (ImportedPerson | undefined)[] {
  if (parameters === undefined) {
    throw usage(
      'The parameters of the Firebase project are missing.',
      'Save them from the console (Authentication, Users, Password hash parameters) and name the file with --firebase-parameters.',
    )
  }
  const said = firebaseParameters(parameters)
  return listOf(json(text), 'users').map((user) => {
    if (!isMembers(user)) throw usage('The file is no export of Firebase.')
    const [hash, salt] = [member(user, 'passwordHash'), member(user, 'salt')]
    if (hash === undefined || salt === undefined) return undefined
    return person({ ...user, id: undefined }, `$firebase-scrypt$${said}$${plain(salt)}$${plain(hash)}`)
  })
}

function firebaseParameters(text: string): string {
  const of = (name: string) => new RegExp(`${name}"?\\s*[:=]\\s*"?([A-Za-z0-9+/=_-]+)`).exec(text)?.[1]
  const [key, separator] = [of('base64_signer_key'), of('base64_salt_separator')]
  const [rounds, memory] = [of('rounds'), of('mem_cost')]
  if (key === undefined || separator === undefined || rounds === undefined || memory === undefined) {
    throw usage(
      'The file lacks a parameter of the Firebase project.',
      'It needs base64_signer_key, base64_salt_separator, rounds and mem_cost.',
    )
  }
  return `ln=${memory},r=${rounds},sep=${plain(separator)},key=${plain(key)}`
}

/** Firebase writes base64 as for addresses in some places; PHC strings have the usual alphabet without padding. */
const plain = (base64: string): string => base64.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '')

/** A realm of Keycloak with its users (`kc.sh export --users realm_file`). */
function keycloak(text: string): (ImportedPerson | undefined)[] {
  return listOf(json(text), 'users').map((user) => {
    if (!isMembers(user)) throw usage('The file is no export of a realm.')
    const credentials = Array.isArray(user['credentials']) ? user['credentials'] : []
    const found = credentials.filter(isMembers).find(({ type }) => type === 'password')
    const hash = found === undefined ? undefined : keycloakHash(found)
    if (hash === undefined) return undefined
    const name = [member(user, 'firstName'), member(user, 'lastName')].filter((part) => part !== undefined).join(' ')
    return person({ email: user['email'], name: name === '' ? member(user, 'username') : name }, hash)
  })
}

function keycloakHash(credential: Members): string | undefined {
  const data = json(member(credential, 'credentialData') ?? '')
  const secret = json(member(credential, 'secretData') ?? '')
  if (!isMembers(data) || !isMembers(secret)) return undefined
  const [algorithm, value, salt] = [member(data, 'algorithm'), member(secret, 'value'), member(secret, 'salt')]
  if (algorithm === undefined || value === undefined || salt === undefined) return undefined
  const iterations = Number(data['hashIterations'])
  if (algorithm.startsWith('argon2')) return keycloakArgon2(data, { value, salt, iterations })
  const digest = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' }[algorithm]
  return digest === undefined ? undefined : `$pbkdf2-${digest}$i=${iterations}$${plain(salt)}$${plain(value)}`
}

function keycloakArgon2(data: Members, of: { value: string; salt: string; iterations: number }): string {
  const more: Members = isMembers(data['additionalParameters']) ? data['additionalParameters'] : {}
  const first = (name: string): string | undefined => {
    const value = more[name]
    const [only] = Array.isArray(value) ? (value as unknown[]) : [value]
    return typeof only === 'string' ? only : undefined
  }
  const version = first('version') === '1.0' ? 16 : 19
  const form = `$argon2${first('type') ?? 'id'}$v=${version}$m=${first('memory')},t=${of.iterations},p=${first('parallelism')}`
  return `${form}$${plain(of.salt)}$${plain(of.value)}`
}

function listOf(value: unknown, ...names: readonly string[]): unknown[] {
  const within = isMembers(value) ? names.map((name) => value[name]).find(Array.isArray) : value
  if (Array.isArray(within)) return within
  if (isMembers(value)) return [value]
  throw usage('The file is not of the format that --format names.')
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
