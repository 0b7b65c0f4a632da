interface Library {
  readonly server: typeof import('@simplewebauthn/server')
  readonly helpers: typeof import('@simplewebauthn/server/helpers')
}

let asked: Promise<Library> | undefined

/** Loaded when the first passkey is looked at: with its ASN.1 it is a twentieth of what a start would have to read. */
export function webauthn(): Promise<Library> {
  asked ??= load()
  return asked
}

async function load(): Promise<Library> {
  const [server, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  for (const tell of waiting.splice(0)) tell(server)
  return { server, helpers }
}

const waiting: ((server: Library['server']) => void)[] = []

/** Sets the library up: as soon as it is there, and before anybody has it who asks for it from now on. */
export function whenLoaded(tell: (server: Library['server']) => void): void {
  if (asked === undefined) waiting.push(tell)
  else
    asked = asked.then((library) => {
      tell(library.server)
      return library
    })
}
