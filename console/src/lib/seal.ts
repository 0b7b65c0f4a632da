/** What keeps the root key while no server runs. */
export const sealNames: Readonly<Record<string, string>> = {
  file: 'a key file',
  passphrase: 'a passphrase',
  shamir: 'shares of several people',
}

/** The server takes none that is shorter. */
export const shortestPassphrase = 16
