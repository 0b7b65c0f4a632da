// The one script of the sign-in pages: passkeys are the one thing there that a form alone cannot do. It asks for a challenge,
// lets the browser answer it, puts the answer into the form and sends that. Everything is checked by the server.

const bytesOf = (text) => {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (character) => character.charCodeAt(0))
}

const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }))

/** What older browsers do not do by themselves. */
function readOptions(kind, json) {
  const own = kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'
  if (PublicKeyCredential[own] !== undefined) return PublicKeyCredential[own](json)
  const challenge = bytesOf(json.challenge)
  if (kind === 'get') return { ...json, challenge, allowCredentials: withBytes(json.allowCredentials) }
  const user = { ...json.user, id: bytesOf(json.user.id) }
  return { ...json, challenge, user, excludeCredentials: withBytes(json.excludeCredentials) }
}

function writeCredential(credential) {
  if (credential.toJSON !== undefined) {
    try {
      return JSON.stringify(credential.toJSON())
    } catch {
      // Some password managers stand in for the browser with a method that throws.
    }
  }
  const { id, rawId, type, authenticatorAttachment, response } = credential
  const named = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
  const texts = named.filter((name) => response[name] != null).map((name) => [name, textOf(response[name])])
  const transports = response.getTransports?.()
  return JSON.stringify({
    id,
    rawId: textOf(rawId),
    type,
    authenticatorAttachment,
    response: { ...Object.fromEntries(texts), ...(transports !== undefined && { transports }) },
  })
}

async function askOptions(form) {
  const act = form.dataset.passkey
  const target = Object.fromEntries(
    [...new FormData(form)].filter(([field]) => !['credential', 'name'].includes(field)),
  )
  const usual = act === 'enrol' ? '/sign-in/enrol/passkey/options' : '/sign-in/passkey/options'
  const answer = await fetch(form.dataset.options ?? usual, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(act === 'enrol' ? target : { ...target, step: act }),
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.detail ?? 'This does not work just now. Try again.')
  return body
}

function show(form, text) {
  const problem = form.querySelector('.problem')
  problem.hidden = text === ''
  problem.firstElementChild.textContent = text
}

function send(form, credential) {
  form.elements.credential.value = writeCredential(credential)
  form.submit()
}

let waiting = new AbortController()

/** The browser offers passkeys in the field of the name, for as long as the page is open: the challenge is renewed. */
async function offer(form) {
  for (;;) {
    waiting = new AbortController()
    const { signal } = waiting
    const renew = setTimeout(() => waiting.abort('renew'), 240_000)
    try {
      const publicKey = readOptions('get', await askOptions(form))
      const credential = await navigator.credentials.get({ publicKey, signal, mediation: 'conditional' })
      if (credential !== null) return send(form, credential)
    } catch {
      if (signal.reason !== 'renew') return
    } finally {
      clearTimeout(renew)
    }
  }
}

async function run(form) {
  const kind = form.dataset.passkey === 'enrol' ? 'create' : 'get'
  waiting.abort('other')
  show(form, '')
  try {
    const publicKey = readOptions(kind, await askOptions(form))
    const credential = await navigator.credentials[kind]({ publicKey })
    if (credential !== null) send(form, credential)
  } catch (error) {
    const known = {
      NotAllowedError: 'Nothing was chosen, or it took too long. Try again.',
      InvalidStateError: 'This passkey is registered already.',
      SecurityError: 'Passkeys do not work at this address.',
    }
    show(form, known[error.name] ?? error.message)
  }
}

if (globalThis.PublicKeyCredential !== undefined) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void run(form)
    })
  }
  const conditional = document.querySelector('form[data-conditional]')
  if (conditional !== null && (await PublicKeyCredential.isConditionalMediationAvailable?.())) void offer(conditional)
}
